import { describe, expect, it } from 'vitest'
import { createServicePrincipals } from '../../src/decision/service-principal.js'
import type { Principal } from '../../src/principal/identify.js'
import { layersOf, principalWith } from './fixture.js'

const answersOf = () => {
  const layers = layersOf({ ops: ['transfers:read'], rules: undefined })
  const services = createServicePrincipals<string>({
    ability: () => layers.ability(),
    can: (_holder, [operation]) => operation === 'transfers:read',
    explain: async (holder, [operation]) => ({
      ...{ operation, admitted: true, layers: [] },
      text: holder,
    }),
  })
  return services
}
const createServicePrincipal = (principal: Principal, holder = 'billing') =>
  answersOf().make(principal, holder)

describe('ServicePrincipal: facts to see, answers to ask', () => {
  it('shows its facts and none of its answers when it is logged', () => {
    const principal = principalWith({ allowedOps: ['transfers:read'] })
    const service = createServicePrincipal(principal)
    expect(JSON.parse(JSON.stringify(service))).toEqual(JSON.parse(JSON.stringify(principal)))
    expect(Object.keys(service)).not.toContain('ability')
    expect({ ...service }).not.toHaveProperty('can')
  })

  it('can be asked and cannot be changed', async () => {
    const service = createServicePrincipal(principalWith())
    expect(Object.isFrozen(service)).toBe(true)
    expect(service.can('transfers:read')).toBe(true)
    expect(service.ability.can('read', { type: 'transfers' })).toBe(true)
    await expect(service.explain('transfers:read')).resolves.toMatchObject({ admitted: true })
    for (const name of ['id', 'can', 'ability', 'scopes', 'isAdmin']) {
      expect(Reflect.set(service, name, () => true)).toBe(false)
    }
  })

  it('knows who stands behind it, and behind nothing else', () => {
    const services = answersOf()
    const service = services.make(principalWith(), 'billing')
    expect(services.holderOf(service)).toBe('billing')
    for (const other of [
      { ...service },
      Object.create(service),
      answersOf().make(principalWith(), 'x'),
    ]) {
      expect(services.holderOf(other)).toBeUndefined()
    }
  })

  it('its answers can be handed on by themselves', async () => {
    const { can, explain } = createServicePrincipal(principalWith())
    expect(can('transfers:read')).toBe(true)
    expect(can('transfers:create')).toBe(false)
    await expect(explain('transfers:read')).resolves.toMatchObject({ text: 'billing' })
  })

  it('an heir or a copy is asked in vain', () => {
    const service = createServicePrincipal(principalWith())
    const heir = Object.create(service) as typeof service
    expect(() => heir.can('transfers:read')).toThrow(/service principal itself/)
    expect(() => heir.explain('transfers:read')).toThrow(/service principal itself/)
    expect(() => heir.ability).toThrow(/service principal itself/)
    expect({ ...service }.can).toBeUndefined()
  })
})
