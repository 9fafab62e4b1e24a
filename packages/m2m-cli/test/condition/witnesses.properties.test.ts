import fc from 'fast-check'
import type { Condition } from 'm2m-core'
import { expect, it } from 'vitest'
import { askValue } from '../../src/condition/ask-value.js'
import { hasWitnesses, witnessesOf } from '../../src/condition/witnesses.js'

const text = fc.string({ unit: fc.constantFrom('a', 'b', '!', '~'), minLength: 1, maxLength: 3 })
const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0.5, 1e308, -1e308, Number.MAX_VALUE, -Number.MAX_VALUE, 5e-324),
)
const scalar = fc.oneof(text, number, fc.boolean())
const condition = fc
  .oneof(
    fc.tuple(fc.constantFrom('equals', 'not_equals'), scalar),
    fc.tuple(fc.constantFrom('in', 'not_in'), fc.array(scalar, { minLength: 1, maxLength: 3 })),
    fc.tuple(
      fc.constantFrom('less_than', 'less_than_or_equal', 'greater_than', 'greater_than_or_equal'),
      number,
    ),
    fc.tuple(fc.constant('exists'), fc.boolean()),
    fc.tuple(fc.constant('starts_with'), text),
  )
  .map(([operator, value]) => ({ field: 'resource.x', operator, value }) as Condition)
const actual = fc.oneof(
  scalar,
  fc.double(),
  fc.string(),
  fc.constantFrom(undefined, null, [], ['a'], {}),
)

it('whatever a value is, one of the witnesses is answered alike by all conditions', () => {
  fc.assert(
    fc.property(
      fc.array(condition, { minLength: 1, maxLength: 4 }),
      actual,
      (conditions, value) => {
        const answers = (one: unknown) =>
          conditions.map((each) => String(askValue(each, one))).join()
        expect(witnessesOf(conditions).map(answers)).toContain(answers(value))
      },
    ),
    { numRuns: 5000 },
  )
})

it('operators that look into texts, lists and addresses have none', () => {
  const isWitnessed = (operator: Condition['operator']) =>
    hasWitnesses({ field: 'resource.x', operator, value: 'x' })
  expect((['contains', 'cidr', 'before', 'after'] as const).filter(isWitnessed)).toEqual([])
})
