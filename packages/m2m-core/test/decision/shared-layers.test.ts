import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSharedLayers } from '../../src/decision/shared-layers.js'
import type { PolicyRule, PolicySubject } from '../../src/policy/policy.js'
import type { Principal } from '../../src/principal/identify.js'
import { operationOf, policyOf, principalWith } from './fixture.js'

describe('rule 5: abilities are shared per (issuer, service, grants, version), not per token', () => {
  it('two tokens of a service with the same grants share their layers', () => {
    const layersFor = createSharedLayers({
      policy: undefined,
      wildcardOps: false,
      hasSeveralIssuers: false,
    })
    const ops = ['transfers:create', 'transfers:read']
    const first = layersFor(principalWith({ allowedOps: ops, token: { jti: 'a', expiresAt: 1 } }))
    const second = layersFor(principalWith({ allowedOps: ops, token: { jti: 'b', expiresAt: 2 } }))
    const turned = layersFor(principalWith({ allowedOps: [...ops].reverse() }))
    expect(second).toBe(first)
    expect(turned).toBe(first)
    expect(second.ability()).toBe(first.ability())
  })

  const differences: readonly (readonly [what: string, changes: Partial<Principal>])[] = [
    ['issuer', { issuer: 'https://partner.test' }],
    ['service', { id: 'webhook' }],
    ['client', { clientId: 'webhook' }],
    ['tier', { tier: 'internal' }],
    ['registration', { registered: true }],
    ['attributes', { attributes: { region: 'eu' } }],
    ['operations', { allowedOps: ['transfers:read'] }],
    ['operations: none', { allowedOps: [] }],
    ['operations: one more', { allowedOps: ['transfers:create', 'transfers:read'] }],
    ['operations: joined', { allowedOps: ['transfers:create,transfers:read'] }],
    ['operations: no claim', { allowedOps: undefined }],
  ]

  it.each(differences)('threat row 43: another %s, other layers', (_what, changes) => {
    const layersFor = createSharedLayers({
      policy: undefined,
      wildcardOps: false,
      hasSeveralIssuers: false,
    })
    const base = principalWith({ allowedOps: ['transfers:create'] })
    expect(layersFor({ ...base, ...changes })).not.toBe(layersFor(base))
  })

  it('threat row 43: no two principals meet by the way their parts are joined', () => {
    const text = fc.constantFrom('a', 'b', 'a","b', 'a,b', '["a"]', 'null', '', '\\', '"', 'a:b')
    const principal = fc
      .record({
        id: text,
        issuer: text,
        clientId: text,
        tier: fc.option(text, { nil: undefined }),
        allowedOps: fc.option(fc.array(text, { maxLength: 3 }), { nil: undefined }),
      })
      .map((changes) => principalWith(changes))
    const identity = ({ id, issuer, clientId, tier, allowedOps }: Principal) =>
      [id, issuer, clientId, tier, allowedOps && [...allowedOps].sort()] as const
    const layersFor = createSharedLayers({
      policy: undefined,
      wildcardOps: false,
      hasSeveralIssuers: false,
    })
    fc.assert(
      fc.property(principal, principal, (one, other) => {
        const isShared = layersFor(one) === layersFor(other)
        const [first, second] = [identity(one), identity(other)]
        if (isShared) expect(first).toEqual(second)
      }),
      { numRuns: 2000 },
    )
  })

  it('rule 5: another version asks the policy anew', () => {
    const allow = { name: 'r', effect: 'allow', operations: ['transfers:create'] } as const
    const policy = { version: 1, rulesFor: () => (policy.version === 1 ? [allow] : []) }
    const layersFor = createSharedLayers({ policy, wildcardOps: false, hasSeveralIssuers: false })
    const operation = operationOf('transfers:create')
    const facts = { resource: { type: 'transfers' }, context: {} }
    const answer = () => layersFor(principalWith()).answer(operation, facts)[1]?.answer
    expect(answer()).toBe('permit')
    policy.version = 2
    expect(answer()).toBe('forbid')
  })

  it('the same version asks the policy once per service', () => {
    let asked = 0
    const rulesFor = () => {
      asked += 1
      return []
    }
    const policy = { ...policyOf([]), rulesFor }
    const layersFor = createSharedLayers({ policy, wildcardOps: false, hasSeveralIssuers: false })
    for (let call = 0; call < 5; call += 1) layersFor(principalWith())
    expect(asked).toBe(1)
    layersFor(principalWith({ id: 'webhook' }))
    expect(asked).toBe(2)
  })
})

describe('threat row 45: rules are compiled once for all services that have the same', () => {
  const rule = (service: string, index: number) =>
    ({ name: `${service}-${index}`, effect: 'allow', operations: ['transfers:create'] }) as const
  const costs = (rulesOf: (service: string) => readonly PolicyRule[]): readonly number[] => {
    const policy = { version: 1, rulesFor: ({ id }: PolicySubject) => rulesOf(id) }
    const layersFor = createSharedLayers({ policy, wildcardOps: false, hasSeveralIssuers: false })
    return ['a', 'b', 'c'].map((id) => layersFor(principalWith({ id, allowedOps: [] })).cost)
  }

  it('the same rules, however often they are made anew, cost once', () => {
    expect(costs(() => Array.from({ length: 100 }, (_, index) => rule('all', index)))).toEqual([
      100, 0, 0,
    ])
  })

  it('rules of its own cost each service', () => {
    expect(costs((id) => Array.from({ length: 100 }, (_, index) => rule(id, index)))).toEqual([
      100, 100, 100,
    ])
  })

  it('and are asked about each service by itself', () => {
    const conditions = [{ field: 'subject.tier', operator: 'equals', value: 'internal' }] as const
    const policy = policyOf([{ ...rule('all', 1), conditions }])
    const layersFor = createSharedLayers({ policy, wildcardOps: false, hasSeveralIssuers: false })
    const facts = { resource: { type: 'transfers' }, context: {} }
    const answer = (tier: string) =>
      layersFor(principalWith({ tier })).answer(operationOf('transfers:create'), facts)[1]?.answer
    expect([answer('internal'), answer('partner'), answer('internal')]).toEqual([
      'permit',
      'forbid',
      'permit',
    ])
  })
})

describe('threat row 45: what is shared is bounded, and large enough for what is usual', {
  timeout: 600_000,
}, () => {
  const isKeptAfter = (others: number, opsEach: number): boolean => {
    const options = { policy: undefined, wildcardOps: false, hasSeveralIssuers: false }
    const layersFor = createSharedLayers(options)
    const ops = Array.from({ length: opsEach }, (_, index) => `transfers:a${index}`)
    const service = (id: string) => layersFor(principalWith({ id, allowedOps: ops }))
    const first = service('first')
    for (let index = 0; index < others; index += 1) service(`other-${index}`)
    return service('first') === first
  }

  it.each([
    [4999, 0, true],
    [5000, 0, false],
    [4500, 10, true],
    [4600, 10, false],
  ])('after %i other services with %i operations each, kept: %s', (others, opsEach, isKept) => {
    expect(isKeptAfter(others, opsEach)).toBe(isKept)
  })
})
