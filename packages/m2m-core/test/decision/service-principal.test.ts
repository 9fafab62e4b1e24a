import { describe, expect, it } from 'vitest'
import { createServicePrincipals } from '../../src/decision/service-principal.js'
import { layersOf, principalWith } from './fixture.js'

const answers = () => {
  const layers = layersOf({ ops: ['transfers:read'], rules: undefined })
  return {
    ability: layers.ability,
    can: () => true,
    explain: async (operation: string) => ({ operation, admitted: true, layers: [], text: '' }),
  }
}

const createServicePrincipal = createServicePrincipals()

describe('ServicePrincipal: facts to see, answers to ask', () => {
  it('shows its facts and none of its answers when it is logged', () => {
    const principal = principalWith({ allowedOps: ['transfers:read'] })
    const service = createServicePrincipal(principal, answers())
    expect(JSON.parse(JSON.stringify(service))).toEqual(JSON.parse(JSON.stringify(principal)))
    expect(Object.keys(service)).not.toContain('ability')
    expect({ ...service }).not.toHaveProperty('can')
  })

  it('can be asked and cannot be changed', async () => {
    const service = createServicePrincipal(principalWith(), answers())
    expect(Object.isFrozen(service)).toBe(true)
    expect(service.can('transfers:read')).toBe(true)
    expect(service.ability.can('read', { type: 'transfers' })).toBe(true)
    await expect(service.explain('transfers:read')).resolves.toMatchObject({ admitted: true })
    for (const name of ['id', 'can', 'ability', 'scopes', 'isAdmin']) {
      expect(Reflect.set(service, name, () => true)).toBe(false)
    }
  })
})
