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
    expect(beyond).toMatchObject({ allowed: false, rule: 'ceiling' })
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

describe('createPolicyAsker', () => {
  it('reads the rules once for all questions, and answers as askPolicy does', () => {
    let reads = 0
    const counted: Policy = {
      version: 1,
      rulesFor: () => {
        reads += 1
        return [small, freeze]
      },
    }
    const ask = createPolicyAsker(counted, subject)
    const facts = { resource: { attributes: { amount: 5 } } }
    expect(ask('transfers:create', facts)).toEqual({ allowed: true, rule: 'small transfers' })
    expect(ask('transfers:delete', facts)).toEqual({ allowed: false, rule: 'freeze' })
    expect(ask('transfers:create').allowed).toBe(false)
    expect(ask('no operation').note).toContain('it is no operation')
    expect(reads).toBe(1)
  })

  it('refuses rules that are wrong before anything is asked', () => {
    const wrong = policyOf([{ ...small, operations: ['**'] }])
    expect(() => createPolicyAsker(wrong, subject)).toThrow(ConfigurationError)
  })
})
