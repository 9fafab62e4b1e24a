import { isPrefix, withinPrefixes } from './cidr.js'
import { compareMoments, readMoment, readMomentOrDay } from './moment.js'
import { noObject } from './resource.js'

/** The comparisons a condition can make. */
export type Operator =
  | 'equals'
  | 'not_equals'
  | 'in'
  | 'not_in'
  | 'less_than'
  | 'less_than_or_equal'
  | 'greater_than'
  | 'greater_than_or_equal'
  | 'exists'
  | 'contains'
  | 'starts_with'
  | 'cidr'
  | 'before'
  | 'after'

/** True, false, or undefined: not known, because the attribute is missing or of another type. */
export type Truth = boolean | undefined

/** Answers about one actual value. */
type Test = (actual: unknown) => Truth
type Scalar = string | number | boolean

interface Definition {
  /** Which values the operator may be given. */
  readonly takes: (value: unknown) => boolean
  /** The same in words. */
  readonly expected: string
  readonly test: (value: never) => Test
}

const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'boolean' || isNumber(value)
/** `-1e999` in a body is -Infinity, which is below every limit: as good as no number. */
const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)
const isListOf = (value: unknown, isOne: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.length > 0 && Array.from(value as unknown[]).every(isOne)
const isScalars = (value: unknown): boolean => isListOf(value, isScalar)
/** Every text begins with and contains the empty one. */
const isText = (value: unknown): boolean => typeof value === 'string' && value !== ''

const equals = (actual: unknown, value: Scalar): Truth =>
  isScalar(actual) && typeof actual === typeof value ? actual === value : undefined
const anyEqual = (pairs: readonly Truth[]): Truth => {
  if (pairs.includes(true)) return true
  return pairs.includes(false) ? false : undefined
}
const isIn =
  (values: readonly Scalar[]): Test =>
  (actual) =>
    anyEqual(values.map((value) => equals(actual, value)))
const not =
  (test: Test): Test =>
  (actual) => {
    const truth = test(actual)
    return truth === undefined ? undefined : !truth
  }
const ordered = (compare: (actual: number, value: number) => boolean): Definition => ({
  takes: isNumber,
  expected: 'a number',
  test: (value: number) => (actual) => (isNumber(actual) ? compare(actual, value) : undefined),
})
const contains =
  (value: Scalar): Test =>
  (actual) => {
    if (typeof actual === 'string') {
      return typeof value === 'string' ? actual.includes(value) : undefined
    }
    return Array.isArray(actual) ? listHolds(actual, value) : undefined
  }
/** What stands in a list may be large and an attacker's: nothing of it is copied. */
const listHolds = (items: readonly unknown[], value: Scalar): Truth => {
  let isHeld = false
  let isKnown = true
  // Not `of`, nor an array method: one would trust the list's own iterator, the other skip holes.
  for (let at = 0; at < items.length; at += 1) {
    if (!isScalar(items[at])) return undefined
    const answer = equals(items[at], value)
    if (answer === true) isHeld = true
    if (answer === undefined) isKnown = false
  }
  // One item of another type leaves it open whether the list was meant to hold the value.
  return isHeld || (isKnown ? false : undefined)
}
const timed = (compare: (difference: number) => boolean): Definition => ({
  takes: (value) => readMomentOrDay(value) !== undefined,
  expected: 'an RFC 3339 date-time or date, such as "2026-01-31T12:00:00Z"',
  test: (value: string) => {
    const limit = readMomentOrDay(value)
    return (actual) => {
      const moment = readMoment(actual)
      return moment && limit && compare(compareMoments(moment, limit))
    }
  },
})

const scalar = 'a text, a finite number, true or false'
const list = 'a list, not empty, of texts, finite numbers, true or false'

const definitions: Readonly<Record<Operator, Definition>> = {
  equals: {
    takes: isScalar,
    expected: scalar,
    test: (value: Scalar) => (actual) => equals(actual, value),
  },
  not_equals: {
    takes: isScalar,
    expected: scalar,
    test: (value: Scalar) => not((actual) => equals(actual, value)),
  },
  in: { takes: isScalars, expected: list, test: isIn },
  not_in: {
    takes: isScalars,
    expected: list,
    test: (values: readonly Scalar[]) => not(isIn(values)),
  },
  less_than: ordered((actual, value) => actual < value),
  less_than_or_equal: ordered((actual, value) => actual <= value),
  greater_than: ordered((actual, value) => actual > value),
  greater_than_or_equal: ordered((actual, value) => actual >= value),
  exists: {
    takes: (value) => typeof value === 'boolean',
    expected: 'true or false',
    test: (value: boolean) => (actual) =>
      actual === noObject ? undefined : (actual !== undefined && actual !== null) === value,
  },
  contains: {
    takes: (value) => isScalar(value) && value !== '',
    expected: `${scalar}, not empty`,
    test: contains,
  },
  starts_with: {
    takes: isText,
    expected: 'a text that is not empty',
    test: (value: string) => (actual) =>
      typeof actual === 'string' ? actual.startsWith(value) : undefined,
  },
  cidr: {
    takes: (value) => isPrefix(value) || isListOf(value, isPrefix),
    expected: 'a network prefix such as "10.0.0.0/8", or a list of them',
    test: (value: string | readonly string[]) =>
      withinPrefixes(typeof value === 'string' ? [value] : value),
  },
  before: timed((difference) => difference < 0),
  after: timed((difference) => difference > 0),
}

/** Every operator, in the order of the documentation. */
export const operators: readonly Operator[] = Object.freeze(Object.keys(definitions) as Operator[])

/** Whether a value is the name of an operator. */
export const isOperator = (value: unknown): value is Operator =>
  typeof value === 'string' && Object.hasOwn(definitions, value)

/** What values an operator takes, in words; undefined when this is one of them. */
export const valueFault = (operator: Operator, value: unknown): string | undefined => {
  const { takes, expected } = definitions[operator]
  return takes(value) ? undefined : expected
}

/** Makes the test of an operator with a value that suits it. */
export const testOf = (operator: Operator, value: unknown): Test =>
  definitions[operator].test(value as never)
