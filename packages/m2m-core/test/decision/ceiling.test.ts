import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decision/decide.js'
import { explainDecision } from '../../src/decision/explain.js'
import { createLayers } from '../../src/decision/layers.js'
import type { PolicyRule } from '../../src/policy/policy.js'
import { operationOf, policyOf, principalWith } from './fixture.js'

const everything: PolicyRule = { name: 'all', effect: 'allow', operations: ['*'] }
const ceilings = new Map<string | undefined, readonly string[]>([
  ['partner', ['transfers:read', 'events:*']],
  ['nobody', []],
  [undefined, ['events:publish']],
])
const layersAt = (tier: string | undefined, allowedOps?: readonly string[]) =>
  createLayers(principalWith({ tier, allowedOps }), {
    policy: { ...policyOf([everything]), ceilingOf: (name) => ceilings.get(name) },
    wildcardOps: true,
    hasSeveralIssuers: false,
  })
const askAt = (tier: string | undefined, name: string, allowedOps?: readonly string[]) => {
  const operation = operationOf(name)
  const facts = { resource: { type: operation.type }, context: {} }
  return decide(layersAt(tier, allowedOps), operation, facts)
}

describe('the layer of the tier', () => {
  it('stands between token and policy', () => {
    const { layers } = askAt('partner', 'transfers:read')
    expect(layers.map(({ layer }) => layer)).toEqual(['token', 'tier', 'policy'])
  })

  it.each<readonly [string | undefined, string, isAdmitted: boolean]>([
    ['partner', 'transfers:read', true],
    ['partner', 'transfers:create', false],
    ['partner', 'events:publish', true],
    ['partner', 'events:sub:publish', false],
    ['nobody', 'transfers:read', false],
    [undefined, 'events:publish', true],
    [undefined, 'transfers:read', false],
    ['unheard-of', 'transfers:create', true],
    ['__proto__', 'transfers:create', true],
  ])('tier %s, %s: %s, whatever rules and token grant', (tier, name, isAdmitted) => {
    expect(askAt(tier, name).admitted).toBe(isAdmitted)
    expect(askAt(tier, name, ['*']).admitted).toBe(isAdmitted)
  })

  it('grants nothing: what it covers still has to be permitted', () => {
    expect(askAt('partner', 'transfers:read', ['events:publish']).admitted).toBe(false)
  })

  it('explanations say which tier ends where', () => {
    const textOf = (tier: string | undefined, name: string) =>
      explainDecision(name, askAt(tier, name)).text
    expect(textOf('partner', 'transfers:create')).toContain(
      '  tier: forbid (ceiling) [tier "partner" ends at ["transfers:read", "events:*"]]\n',
    )
    expect(textOf('partner', 'transfers:read')).toContain('  tier: abstain [within tier "partner"]')
    expect(textOf('gold', 'a:b')).toContain('  tier: abstain [no ceiling for tier "gold"]')
    expect(textOf(undefined, 'a:b')).toContain('  tier: forbid (ceiling) [no tier ends at ')
  })

  it('a policy that knows no ceilings has no such layer', () => {
    const layers = createLayers(principalWith({ tier: 'partner' }), {
      policy: policyOf([everything]),
      wildcardOps: false,
      hasSeveralIssuers: false,
    })
    const facts = { resource: { type: 'transfers' }, context: {} }
    const names = layers.answer(operationOf('transfers:create'), facts).map(({ layer }) => layer)
    expect(names).toEqual(['token', 'policy'])
  })

  it.each([undefined, ['*'], ['transfers:*', 'events:publish'], ['transfers:create']])(
    'the joint ability ends where the decision ends, with allowed_ops %j',
    (allowedOps) => {
      for (const tier of ['partner', 'nobody', undefined, 'gold']) {
        const ability = layersAt(tier, allowedOps).ability()
        for (const name of ['transfers:read', 'transfers:create', 'events:publish', 'a:b']) {
          const { type, action } = operationOf(name)
          expect(ability.can(action, { type })).toBe(askAt(tier, name, allowedOps).admitted)
        }
      }
    },
  )

  it('what the ceiling costs counts, so that long ones are bounded too', () => {
    expect(layersAt('partner').cost).toBe(1 + 2)
    expect(layersAt('gold').cost).toBe(1)
  })
})
