import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { abilityOf, askAbility } from '../../src/policy/ability.js'
import {
  allOf,
  type Condition,
  conditionFault,
  prepareCondition,
} from '../../src/policy/condition.js'
import { parseOperation } from '../../src/policy/operation.js'
import type { Operator, Truth } from '../../src/policy/operators.js'
import { checkRules, type PolicyRule } from '../../src/policy/policy.js'

const evaluate = (condition: Condition, facts: unknown): Truth =>
  prepareCondition(condition).answer(facts)

const truth = fc.constantFrom<Truth>(true, false, undefined)
const not = (it: Truth): Truth => (it === undefined ? undefined : !it)
const anyOf = (answers: readonly Truth[]): Truth => not(allOf(answers.map(not)))

const scalar = fc.oneof(
  fc.constantFrom<string | number | boolean>(0, 1, 100, -0, 1e308, '', '0', '1', 'a', true, false),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
)
const number = fc.oneof(
  fc.constantFrom(0, 1, 100, -0),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const attribute = fc.oneof(
  scalar,
  fc.jsonValue(),
  fc.constantFrom<unknown>(
    undefined,
    null,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    [1],
    ['a'],
    {},
    { valueOf: 1 },
    1n,
  ),
)
const amongThem = fc.tuple(fc.array(scalar, { minLength: 1, maxLength: 5 }), fc.nat(), attribute)
const ask = (operator: Operator, actual: unknown, value: unknown): Truth => {
  const condition = { field: 'resource.it', operator, value }
  expect(conditionFault(condition)).toBeUndefined()
  return evaluate(condition, { resource: { it: actual } })
}

describe('rule 9: the laws of three values', { timeout: 600_000 }, () => {
  const truths = fc.array(truth, { maxLength: 6 })

  it('allOf: order, repetition and grouping change nothing; true adds nothing', () => {
    fc.assert(
      fc.property(truths, truths, (some, others) => {
        const all = allOf([...some, ...others])
        expect(allOf([...others, ...some])).toBe(all)
        expect(allOf([...some, ...others, ...some])).toBe(all)
        expect(allOf([allOf(some), allOf(others)])).toBe(all)
        expect(allOf([...some, true, ...others])).toBe(all)
      }),
    )
  })

  it('allOf: one false decides, else one unknown; to know more never turns true into false', () => {
    fc.assert(
      fc.property(truths, truth, (answers, more) => {
        expect(allOf([...answers, false])).toBe(false)
        expect(allOf([...answers, undefined])).toBe(answers.includes(false) ? false : undefined)
        // Whatever an unknown turns out to be, what was decided stays decided.
        const before = allOf(answers)
        const after = allOf(answers.map((one) => (one === undefined ? more : one)))
        if (before !== undefined) expect(after).toBe(before)
      }),
    )
  })

  it('not_equals and not_in deny what equals and in say, and keep what is unknown', () => {
    fc.assert(
      fc.property(amongThem, ([values, at, other]) => {
        const [value] = values
        for (const actual of [other, values[at % values.length]]) {
          expect(ask('not_equals', actual, value)).toBe(not(ask('equals', actual, value)))
          expect(ask('not_in', actual, values)).toBe(not(ask('in', actual, values)))
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('in is equals with any of the fitting values, in whatever order and however often', () => {
    fc.assert(
      fc.property(amongThem, ([values, at, other]) => {
        for (const actual of [other, values[at % values.length]]) {
          const said = ask('in', actual, values)
          const each = values.map((value) => ask('equals', actual, value))
          // A value of another type is no candidate: it does not make the whole unknown.
          const fitting = each.filter((one) => one !== undefined)
          expect(said).toBe(fitting.length === 0 ? undefined : anyOf(fitting))
          expect(ask('in', actual, [...values].reverse())).toBe(said)
          expect(ask('in', actual, [...values, ...values])).toBe(said)
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('the orders agree with each other, and are known for numbers only', () => {
    fc.assert(
      fc.property(fc.oneof(number, attribute), number, (actual, value) => {
        const less = ask('less_than', actual, value)
        const greater = ask('greater_than', actual, value)
        expect(ask('greater_than_or_equal', actual, value)).toBe(not(less))
        expect(ask('less_than_or_equal', actual, value)).toBe(not(greater))
        expect(less === true && greater === true).toBe(false)
        const isNumber = typeof actual === 'number' && Number.isFinite(actual)
        expect(less === undefined).toBe(!isNumber)
        if (isNumber) expect(less || greater).toBe(!ask('equals', actual, value))
      }),
      { numRuns: 1000 },
    )
  })

  it('exists is never unknown, and says the opposite of its opposite', () => {
    fc.assert(
      fc.property(attribute, (actual) => {
        const isThere = ask('exists', actual, true)
        expect(isThere).toBe(actual !== undefined && actual !== null)
        expect(ask('exists', actual, false)).toBe(!isThere)
      }),
    )
  })
})

describe('rule 9: unknown never allows and always denies', { timeout: 600_000 }, () => {
  const operations = ['transfers:create']
  const everything = { name: 'all', effect: 'allow', operations } as const
  const subject = {
    id: 'a',
    issuer: 'https://i',
    clientId: 'a',
    tier: undefined,
    attributes: {},
    registered: false,
  }
  const isAllowed = (rules: readonly PolicyRule[], attributes: Record<string, unknown>) => {
    const operation = parseOperation('transfers:create')
    if (operation === undefined) throw new Error('the operation is wrong')
    const facts = { resource: { type: 'transfers', attributes }, context: {} }
    return askAbility(abilityOf(checkRules(rules)), operation, facts, subject).allows
  }
  const field = fc.constantFrom('resource.a', 'resource.b', 'resource.c', 'context.x')
  const condition: fc.Arbitrary<Condition> = fc.oneof(
    fc.record({
      field,
      operator: fc.constantFrom<Operator>('equals', 'not_equals'),
      value: scalar,
    }),
    fc.record({
      field,
      operator: fc.constantFrom<Operator>('in', 'not_in'),
      value: fc.array(scalar, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      field,
      operator: fc.constantFrom<Operator>('less_than', 'greater_than_or_equal'),
      value: number,
    }),
    fc.record({ field, operator: fc.constant<Operator>('exists'), value: fc.boolean() }),
  )
  const conditions = fc.array(condition, { minLength: 1, maxLength: 4 })
  const attributes = fc.record({ a: attribute, b: attribute, c: attribute }, { requiredKeys: [] })

  it('a rule speaks as all its conditions together, in whatever order they stand', () => {
    fc.assert(
      fc.property(conditions, attributes, (list, having) => {
        const all = allOf(list.map((one) => evaluate(one, { resource: having, context: {} })))
        for (const when of [list, [...list].reverse()]) {
          const allow = { ...everything, conditions: when }
          const deny = { ...allow, effect: 'deny' } as const
          expect(isAllowed([allow], having)).toBe(all === true)
          expect(isAllowed([everything, deny], having)).toBe(all === false)
        }
      }),
      { numRuns: 2000 },
    )
  })

  it('one more condition never makes an allow wider nor a deny wider', () => {
    fc.assert(
      fc.property(conditions, condition, attributes, (list, more, having) => {
        const wide = { ...everything, conditions: list }
        const narrow = { ...everything, conditions: [...list, more] }
        if (isAllowed([narrow], having)) expect(isAllowed([wide], having)).toBe(true)
        const [wideDeny, narrowDeny] = [wide, narrow].map((one) => ({ ...one, effect: 'deny' }))
        const under = (rule: unknown) => isAllowed([everything, rule as PolicyRule], having)
        if (under(wideDeny)) expect(under(narrowDeny)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('an attribute taken away never allows more, unless a condition asks for its absence', () => {
    const asking = conditions.filter((list) => list.every(({ operator }) => operator !== 'exists'))
    fc.assert(
      fc.property(asking, attributes, fc.constantFrom('a', 'b', 'c'), (list, having, name) => {
        const less = Object.fromEntries(Object.entries(having).filter(([one]) => one !== name))
        for (const effect of ['allow', 'deny'] as const) {
          const rules = [...(effect === 'deny' ? [everything] : [])]
          const all = [...rules, { ...everything, effect, conditions: list }]
          if (isAllowed(all, less)) expect(isAllowed(all, having)).toBe(true)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
