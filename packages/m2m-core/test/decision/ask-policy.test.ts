import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { askPolicy, createPolicyAsker } from '../../src/decision/ask-policy.js'
import { createLayers } from '../../src/decision/layers.js'
import { ConfigurationError } from '../../src/errors/configuration-error.js'
import type { Policy, PolicyRule } from '../../src/policy/policy.js'
import { operationOf, policyOf, principalWith } from './fixture.js'

const subject = principalWith({ tier: 'partner', registered: true })
const small: PolicyRule = {
  name: 'small transfers',
  effect: 'allow',
  operations: ['transfers:*'],
  conditions: [{ field: 'resource.amount', operator: 'less_than', value: 100 }],
}
const freeze: PolicyRule = { name: 'freeze', effect: 'deny', operations: ['transfers:delete'] }
const withCeiling = (ceiling: unknown, ...rules: readonly PolicyRule[]): Policy => ({
  ...policyOf(rules),
  ceilingOf: () => ceiling as readonly string[],
})

describe('askPolicy: the policy and the ceiling, nothing else', () => {
  const policy = policyOf([small, freeze])

  it('names the rule that allows', () => {
    const facts = { resource: { attributes: { amount: 5 } } }
    const answer = askPolicy(policy, subject, 'transfers:create', facts)
    expect(answer).toEqual({ allowed: true, rule: 'small transfers' })
  })

  it('names the rule that denies', () => {
    const facts = { resource: { attributes: { amount: 5 } } }
    const answer = askPolicy(policy, subject, 'transfers:delete', facts)
    expect(answer).toEqual({ allowed: false, rule: 'freeze' })
  })

  it('names the condition that did not hold', () => {
    const { allowed, rule, note } = askPolicy(policy, subject, 'transfers:create')
    expect([allowed, rule]).toEqual([false, undefined])
    expect(note).toContain('rule "small transfers": resource.amount less_than 100 is unknown')
  })

  it('what no rule covers is not allowed', () => {
    expect(askPolicy(policy, subject, 'events:publish')).toEqual({ allowed: false })
  })

  it('looks at the context', () => {
    const office = { field: 'context.ip', operator: 'cidr', value: '10.0.0.0/8' } as const
    const rule = { ...small, conditions: [office] }
    const ask = (ip: string) =>
      askPolicy(policyOf([rule]), subject, 'transfers:create', { context: { ip } }).allowed
    expect([ask('10.1.2.3'), ask('192.0.2.1')]).toEqual([true, false])
  })

  it('a ceiling forbids what a rule allows, and allows nothing by itself', () => {
    const everything: PolicyRule = { name: 'all', effect: 'allow', operations: ['*'] }
    const low = withCeiling(['transfers:read'], everything)
    expect(askPolicy(low, subject, 'transfers:read')).toEqual({ allowed: true, rule: 'all' })
    const beyond = askPolicy(low, subject, 'transfers:create')
    expect(beyond.allowed).toBe(false)
    expect(beyond).not.toHaveProperty('rule')
    expect(beyond.note).toBe('tier "partner" ends at ["transfers:read"]')
    expect(askPolicy(withCeiling(['*']), subject, 'transfers:read').allowed).toBe(false)
  })

  it.each(['*', 'transfers:*', 'transfers', '', '__proto__'])(
    'rule 8: %j is no operation and not allowed',
    (operation) => {
      const all: PolicyRule = { name: 'all', effect: 'allow', operations: ['*'] }
      expect(askPolicy(policyOf([all]), subject, operation)).toMatchObject({
        allowed: false,
        note: expect.stringContaining('no operation'),
      })
    },
  )

  it.each([[{ resource: 'transfers' }], [{ resource: { type: 'events' } }], [{ context: [] }]])(
    'rule 8: %j is not allowed',
    (facts) => {
      const all: PolicyRule = { name: 'all', effect: 'allow', operations: ['*'] }
      const answer = askPolicy(policyOf([all]), subject, 'transfers:create', facts as never)
      expect(answer.allowed).toBe(false)
    },
  )

  it.each<readonly [what: string, Policy]>([
    ['rules that are wrong', policyOf([{ ...small, effect: 'permit' as 'allow' }])],
    ['a ceiling that is no list', withCeiling('transfers:read', small)],
    ['a ceiling of null', withCeiling(null, small)],
    ['a ceiling that is awaited', withCeiling(Promise.resolve(['*']), small)],
    ['a ceiling with a wildcard that is none', withCeiling(['transfers:re*'], small)],
    ['a ceiling with a hole', withCeiling(new Array(1), small)],
  ])('%s: ConfigurationError', (_what, wrong) => {
    expect(() => askPolicy(wrong, subject, 'transfers:create')).toThrow(ConfigurationError)
    expect(() => askPolicy(wrong, subject, 'nonsense')).toThrow(ConfigurationError)
  })

  it('answers as the layers of a service without allowed_ops do', () => {
    const patterns = ['transfers:create', 'transfers:read', 'events:publish', 'transfers:*', '*']
    const rule = fc.record({
      name: fc.constantFrom('one', 'two'),
      effect: fc.constantFrom<'allow' | 'deny'>('allow', 'deny'),
      operations: fc.subarray(patterns, { minLength: 1 }),
    })
    const ceilings = fc.option(fc.subarray(patterns), { nil: undefined })
    const names = fc.constantFrom('transfers:create', 'transfers:read', 'events:publish')
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 4 }), ceilings, names, (rules, ceiling, name) => {
        const asked = withCeiling(ceiling, ...rules)
        const options = { policy: asked, wildcardOps: false, hasSeveralIssuers: false }
        const facts = { resource: { type: operationOf(name).type }, context: {} }
        const answers = createLayers(subject, options).answer(operationOf(name), facts)
        const isAllowed =
          answers.some(({ answer }) => answer === 'permit') &&
          answers.every(({ answer }) => answer !== 'forbid')
        expect(askPolicy(asked, subject, name).allowed).toBe(isAllowed)
      }),
    )
  })
})

describe('createPolicyAsker: the same answers, made ready once', () => {
  /** Rules whose operations are counted each time they are read. */
  const counted = () => {
    let reads = 0
    const rule = (operation: string): PolicyRule => ({
      name: operation,
      effect: 'allow',
      get operations() {
        reads += 1
        return [operation]
      },
    })
    return { rule, reads: () => reads }
  }

  it('a list of rules that is given again is checked and compiled once', () => {
    const { rule, reads } = counted()
    const policy = policyOf([rule('transfers:read')])
    const ask = createPolicyAsker()
    expect(ask(policy, subject, 'transfers:read').allowed).toBe(true)
    const first = reads()
    expect(first).toBeGreaterThan(0)
    expect(ask(policy, subject, 'transfers:read').allowed).toBe(true)
    expect(ask({ ...policy }, principalWith({ id: 'other' }), 'transfers:list').allowed).toBe(false)
    expect(reads()).toBe(first)
  })

  it('another list, or another version, is asked anew', () => {
    const rules: PolicyRule[] = [{ name: 'r', effect: 'allow', operations: ['transfers:read'] }]
    const ask = createPolicyAsker()
    const isAllowed = (policy: Policy) => ask(policy, subject, 'transfers:create').allowed
    expect(isAllowed(policyOf(rules))).toBe(false)
    expect(isAllowed(policyOf([{ name: 'r', effect: 'allow', operations: ['*'] }]))).toBe(true)
    rules.push({ name: 'more', effect: 'allow', operations: ['transfers:create'] })
    expect(isAllowed(policyOf(rules, 2))).toBe(true)
  })

  it('conditions look at each subject and each resource', () => {
    const own = { field: 'subject.id', operator: 'equals', value: 'billing' } as const
    const policy = policyOf([small, { ...small, name: 'own', conditions: [own] }])
    const ask = createPolicyAsker()
    const may = (id: string, amount: number) =>
      ask(policy, principalWith({ id }), 'transfers:create', {
        resource: { attributes: { amount } },
      }).allowed
    expect([may('billing', 500), may('other', 500), may('other', 5)]).toEqual([true, false, true])
  })

  it('ceilings are those of the tier and of the version', () => {
    const ceilings = new Map([['partner', ['transfers:read']]])
    const policy = (version: number): Policy => ({
      ...policyOf([{ name: 'all', effect: 'allow', operations: ['*'] }], version),
      ceilingOf: (tier) => ceilings.get(tier ?? ''),
    })
    const store = { ...policy(1) }
    const ask = createPolicyAsker()
    const may = (tier: string) => ask(store, principalWith({ tier }), 'transfers:create').allowed
    expect([may('partner'), may('gold'), may('partner')]).toEqual([false, true, false])
    ceilings.set('partner', ['transfers:*'])
    Object.assign(store, { version: 2 })
    expect(may('partner')).toBe(true)
  })

  it('rules that are wrong are refused each time', () => {
    const wrong = policyOf([{ name: 'x', effect: 'permit', operations: ['*'] } as never])
    const ask = createPolicyAsker()
    expect(() => ask(wrong, subject, 'transfers:create')).toThrow(ConfigurationError)
    expect(() => ask(wrong, subject, 'transfers:create')).toThrow(ConfigurationError)
  })
})
