import { describe, expect, it } from 'vitest'
import { parseOperation } from '../../src/policy/operation.js'
import { checkRules, type PolicyRule } from '../../src/policy/policy.js'
import { unknownConditions, unmetConditions } from '../../src/policy/unmet-conditions.js'

const subject = {
  id: 'billing',
  issuer: 'https://issuer.test',
  clientId: 'billing',
  tier: undefined,
  attributes: {},
  registered: false,
}
const small: PolicyRule = {
  name: 'small transfers',
  effect: 'allow',
  operations: ['transfers:*'],
  conditions: [{ field: 'resource.amount', operator: 'less_than', value: 1000 }],
}

const explain = (rules: readonly PolicyRule[], attributes: Record<string, unknown>) => {
  const operation = parseOperation('transfers:create')
  if (!operation) throw new Error('the operation is wrong')
  const facts = { resource: { type: 'transfers', attributes }, context: {} }
  return unmetConditions(checkRules(rules), subject, operation, facts)
}

describe('unmetConditions: why a rule did not allow (rules 7 and 9)', () => {
  it('tells false from unknown, and names rule, field and operator', () => {
    expect(explain([small], { amount: 5000 })).toMatch(
      /small transfers.*resource\.amount less_than 1000.*false/,
    )
    expect(explain([small], {})).toMatch(/small transfers.*resource\.amount less_than.*unknown/)
    expect(explain([small], { amount: '5' })).toContain('unknown')
  })

  it('lists each condition that is unmet, of every rule that covers the operation', () => {
    const owner = { field: 'resource.owner', operator: 'equals', value: 'billing' } as const
    const both = {
      ...small,
      operations: ['events:publish', 'transfers:create'],
      conditions: [...(small.conditions ?? []), owner],
    }
    expect(explain([both], { amount: 5000 })).toBe(
      'rule "small transfers": resource.amount less_than 1000 is false, ' +
        'rule "small transfers": resource.owner equals "billing" is unknown ' +
        '(missing or of another type)',
    )
  })

  it('says nothing of rules that do not cover the operation, hold, or deny', () => {
    const other = { ...small, operations: ['events:publish'] }
    const denial = { ...small, effect: 'deny' as const }
    expect(explain([other, denial], {})).toBeUndefined()
    expect(explain([small], { amount: 5 })).toBeUndefined()
    expect(explain([], {})).toBeUndefined()
  })

  it('never quotes what the request brought', () => {
    const secret = 'hunter2'
    expect(explain([small], { amount: secret })).not.toContain(secret)
  })

  it('stays short and on one line with many rules', () => {
    const many = Array.from({ length: 500 }, (_rule, index) => ({ ...small, name: `r\n${index}` }))
    expect(explain(many, {})).toMatch(/^[\x20-\x7e]{1,2000}$/)
  })
})

describe('unknownConditions: why a deny matched that nobody meant (rule 9)', () => {
  const freeze: PolicyRule = { ...small, name: 'freeze', effect: 'deny' }
  const tell = (attributes: Record<string, unknown>, rules = [freeze]) =>
    unknownConditions(checkRules(rules), 'freeze', subject, {
      resource: { type: 'transfers', attributes },
      context: {},
    })

  it('names the condition that nobody knows, and quotes nothing of the request', () => {
    expect(tell({})).toBe(
      'resource.amount less_than 1000 is unknown (missing or of another type), and a deny then matches',
    )
    expect(tell({ amount: 'hunter2' })).not.toContain('hunter2')
  })

  it('says nothing of a deny that holds, nor of other rules', () => {
    expect(tell({ amount: 5 })).toBeUndefined()
    expect(tell({}, [{ ...freeze, name: 'other' }])).toBeUndefined()
    expect(tell({}, [{ ...freeze, effect: 'allow' }])).toBeUndefined()
  })

  it('is cut after three', () => {
    const conditions = ['a', 'b', 'c', 'd', 'e'].map((name) => ({
      field: `resource.${name}`,
      operator: 'exists' as const,
      value: true,
    }))
    const known = { field: 'resource.a', operator: 'equals' as const, value: 1 }
    expect(tell({}, [{ ...freeze, conditions }])).toBeUndefined()
    const equal = conditions.map(({ field }) => ({ ...known, field }))
    expect(tell({}, [{ ...freeze, conditions: equal }])).toContain('and 2 more is unknown')
  })
})
