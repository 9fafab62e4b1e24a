import { didYouMean } from '../errors/did-you-mean.js'
import { quote } from '../errors/quote.js'
import { isJsonObject } from '../token/compact.js'
import {
  isOperator,
  type Operator,
  operators,
  type Truth,
  testOf,
  valueFault,
} from './operators.js'
import { lookUp } from './resource.js'

/** One comparison of an attribute with a fixed value. */
export interface Condition {
  /** `resource.<name>`, `subject.<name>` or `context.<name>`; deeper names with further dots. */
  readonly field: string
  readonly operator: Operator
  /**
   * A scalar; a list of scalars for `in` and `not_in`; a boolean for `exists`; a network prefix or
   * a list of them for `cidr`; an RFC 3339 date-time or date for `before` and `after`.
   */
  readonly value: unknown
}

/** A condition that has been checked, ready to be asked about what `toConditionRoot` made. */
export interface CheckedCondition extends Condition {
  readonly answer: (root: unknown) => Truth
}

const fieldGrammar = /^(?:resource|subject|context)(?:\.[\w-]+)+$/

/** What is wrong with a condition, undefined when nothing is. */
export const conditionFault = ({ field, operator, value }: Condition): string | undefined => {
  if (typeof field !== 'string' || !fieldGrammar.test(field)) {
    return 'field must start with "resource.", "subject." or "context." and name an attribute'
  }
  if (!isOperator(operator)) {
    const hint = typeof operator === 'string' ? didYouMean(operator, operators) : ''
    return `operator must be one of ${operators.join(', ')}${hint}`
  }
  const expected = valueFault(operator, value)
  return expected && `value does not suit operator ${operator}: expected ${expected}`
}

const members = ['field', 'operator', 'value']

/**
 * Everything that is wrong with what should be a condition, in words; undefined when nothing is.
 * Does not look at what other conditions stand beside it.
 */
export const checkCondition = (condition: unknown): string | undefined => {
  if (!isJsonObject(condition)) return `expected a condition, got ${quote(condition)}`
  const fault = conditionFault(condition as unknown as Condition)
  const faults = [...unknownMembers(condition, members), ...(fault ? [fault] : [])]
  if (faults.length === 0) return undefined
  return `condition on ${quote(condition['field'])}: ${faults.join(', ')}`
}

/** Names members that are not known; a misspelt one would otherwise count for nothing. */
export const unknownMembers = (object: object, known: readonly string[]): readonly string[] =>
  Object.keys(object)
    .filter((member) => !known.includes(member))
    .map((member) => `there is no ${quote(member)}${didYouMean(member, known)}`)

/**
 * Makes a condition that `conditionFault` found right ready to be asked. Scalars never match inside
 * lists but with `contains`, types are never converted, and only `exists` sees that something is
 * missing. Keeps nothing of what it was given: that may change later.
 */
export const prepareCondition = ({
  field,
  operator,
  value: given,
}: Condition): CheckedCondition => {
  const path = field.split('.')
  const value: unknown = Array.isArray(given) ? Object.freeze([...given]) : given
  const test = testOf(operator, value)
  const answer: CheckedCondition['answer'] = (root) => test(lookUp(root, path))
  // Not enumerable: conditions are compared and hashed by what they say.
  return Object.freeze(
    Object.defineProperty({ field, operator, value, answer }, 'answer', { enumerable: false }),
  )
}

/** "And" with three values: one false decides, else one unknown. */
export const allOf = (answers: readonly Truth[]): Truth => {
  if (answers.includes(false)) return false
  return answers.includes(undefined) ? undefined : true
}
