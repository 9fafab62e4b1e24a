import { lookUp } from './resource.js'

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

/** One comparison of an attribute with a fixed value. */
export interface Condition {
  /** `resource.<name>`, `subject.<name>` or `context.<name>`; deeper names with further dots. */
  readonly field: string
  readonly operator: Operator
  /** A scalar; a list of scalars for `in` and `not_in`; a boolean for `exists`. */
  readonly value: unknown
}

/** True, false, or undefined: not known, because the attribute is missing or of another type. */
export type Truth = boolean | undefined

type Compare = (actual: unknown, value: never) => Truth
type Scalar = string | number | boolean

const isScalar = (value: unknown): value is Scalar =>
  typeof value === 'string' || typeof value === 'boolean' || isNumber(value)
/** `-1e999` in a body is -Infinity, which is below every limit: as good as no number. */
const isNumber = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)
const isScalars = (value: unknown): value is readonly Scalar[] =>
  Array.isArray(value) && value.length > 0 && value.every(isScalar)

const equals = (actual: unknown, value: Scalar): Truth =>
  isScalar(actual) && typeof actual === typeof value ? actual === value : undefined
const isIn = (actual: unknown, values: readonly Scalar[]): Truth => {
  const answers = values.map((value) => equals(actual, value))
  if (answers.includes(true)) return true
  return answers.includes(false) ? false : undefined
}
const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth)
const ordered =
  (test: (actual: number, value: number) => boolean) =>
  (actual: unknown, value: number): Truth =>
    isNumber(actual) ? test(actual, value) : undefined

/** Each operator: which values it may be given, and what it answers. */
const operators: Readonly<Record<Operator, readonly [(value: unknown) => boolean, Compare]>> = {
  equals: [isScalar, equals],
  not_equals: [isScalar, (actual, value) => not(equals(actual, value))],
  in: [isScalars, isIn],
  not_in: [isScalars, (actual, values) => not(isIn(actual, values))],
  less_than: [isNumber, ordered((actual, value) => actual < value)],
  less_than_or_equal: [isNumber, ordered((actual, value) => actual <= value)],
  greater_than: [isNumber, ordered((actual, value) => actual > value)],
  greater_than_or_equal: [isNumber, ordered((actual, value) => actual >= value)],
  exists: [
    (value) => typeof value === 'boolean',
    (actual, value) => (actual !== undefined && actual !== null) === value,
  ],
}

const fieldGrammar = /^(?:resource|subject|context)(?:\.[\w-]+)+$/

/** What is wrong with a condition, undefined when nothing is. */
export const conditionFault = ({ field, operator, value }: Condition): string | undefined => {
  if (typeof field !== 'string' || !fieldGrammar.test(field)) {
    return 'field must start with "resource.", "subject." or "context." and name an attribute'
  }
  if (typeof operator !== 'string' || !Object.hasOwn(operators, operator)) {
    return `operator must be one of ${Object.keys(operators).join(', ')}`
  }
  return operators[operator][0](value) ? undefined : `value does not suit operator ${operator}`
}

/**
 * Evaluates a condition that `conditionFault` found right. Scalars never match inside lists, types
 * are never converted, and only `exists` sees that something is missing.
 */
export const evaluate = (condition: Condition, facts: unknown): Truth => {
  const [, compare] = operators[condition.operator]
  return compare(lookUp(facts, condition.field.split('.')), condition.value as never)
}

/** "And" with three values: one false decides, else one unknown. */
export const allOf = (answers: readonly Truth[]): Truth => {
  if (answers.includes(false)) return false
  return answers.includes(undefined) ? undefined : true
}
