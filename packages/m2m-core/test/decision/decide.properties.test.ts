import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decision/decide.js'
import type { PolicyRule } from '../../src/policy/policy.js'
import { type Grants, layersOf, operationOf } from './fixture.js'

const names = ['transfers:create', 'transfers:read', 'events:publish', '__proto__:manage'] as const
const patterns = [...names, 'transfers:*', '__proto__:*', '*']
const op = fc.constantFrom(...patterns, 'nonsense', 'manage', '*:create', 'transfers:*x', '')
const conditions = fc.constantFrom<Pick<PolicyRule, 'conditions'>>(
  {},
  { conditions: [{ field: 'resource.amount', operator: 'less_than', value: 100 }] },
  { conditions: [{ field: 'resource.owner', operator: 'not_equals', value: 'billing' }] },
  { conditions: [{ field: 'context.channel', operator: 'exists', value: false }] },
)
const ruleOf = (effect: fc.Arbitrary<PolicyRule['effect']>): fc.Arbitrary<PolicyRule> =>
  fc
    .tuple(effect, fc.subarray(patterns, { minLength: 1 }), conditions)
    .map(([it, operations, when]) => ({ name: `${it} some`, effect: it, operations, ...when }))
const allow = ruleOf(fc.constant('allow'))
const rule = ruleOf(fc.constantFrom('allow', 'deny'))
const optionally = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined })
const grants: fc.Arbitrary<Grants> = fc.record({
  ops: optionally(fc.array(op, { maxLength: 5 })),
  rules: optionally(fc.array(rule, { maxLength: 4 })),
  wildcardOps: fc.boolean(),
})
const question = fc.record({
  name: fc.constantFrom(...names),
  attributes: fc.constantFrom<Record<string, unknown>>(
    {},
    { amount: 5 },
    { amount: 500, owner: 'webhook' },
    { amount: [5], owner: 'billing' },
  ),
})
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never

const isAdmitted = (given: Grants, { name, attributes }: Question): boolean => {
  const operation = operationOf(name)
  const facts = { resource: { type: operation.type, attributes }, context: {} }
  return decide(layersOf(given), operation, facts).admitted
}

describe('rule 2: what is granted only adds, what is denied only takes away', {
  timeout: 600_000,
}, () => {
  it('one more operation in the claim never turns a yes into a no', () => {
    fc.assert(
      fc.property(grants, op, question, (given, more, asked) => {
        // Without the claim there is nothing to add to: a claim is a layer of its own.
        const { ops = [] } = given
        if (!isAdmitted({ ...given, ops }, asked)) return
        expect(isAdmitted({ ...given, ops: [...ops, more] }, asked)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('one more allow in the policy never turns a yes into a no', () => {
    fc.assert(
      fc.property(grants, allow, question, (given, more, asked) => {
        const { rules = [] } = given
        if (!isAdmitted({ ...given, rules }, asked)) return
        expect(isAdmitted({ ...given, rules: [...rules, more] }, asked)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('one deny less never turns a yes into a no, one allow less never a no into a yes', () => {
    fc.assert(
      fc.property(grants, fc.nat(), question, (given, at, asked) => {
        const { rules = [] } = given
        const kept = rules.filter((_one, index) => index !== at % rules.length)
        const without = rules[at % rules.length]
        const before = isAdmitted({ ...given, rules }, asked)
        const after = isAdmitted({ ...given, rules: kept }, asked)
        if (without?.effect === 'deny') expect(after || !before).toBe(true)
        if (without?.effect === 'allow') expect(before || !after).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('wildcards switched on never turn a yes into a no', () => {
    fc.assert(
      fc.property(grants, question, (given, asked) => {
        if (!isAdmitted({ ...given, wildcardOps: false }, asked)) return
        expect(isAdmitted({ ...given, wildcardOps: true }, asked)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('the order of operations and rules changes nothing, nor does saying them twice', () => {
    fc.assert(
      fc.property(grants, question, (given, asked) => {
        const turned = <T>(list: readonly T[] | undefined) => list && [...list, ...list].reverse()
        const { ops, rules } = given
        expect(isAdmitted({ ...given, ops: turned(ops), rules: turned(rules) }, asked)).toBe(
          isAdmitted(given, asked),
        )
      }),
      { numRuns: 1000 },
    )
  })
})
