import type { Condition } from './condition.js'
import type { Operator, Truth } from './operators.js'

/** A condition that no row can change: it holds, or (by rule: unknown never allows) it does not. */
export const fixedQuery = (truth: Truth, isDenied: boolean): object =>
  truth === true || (truth === undefined && isDenied) ? {} : { $nor: [{}] }

const comparisons: Readonly<Partial<Record<Operator, string>>> = {
  equals: '$eq',
  not_equals: '$ne',
  in: '$in',
  not_in: '$nin',
  less_than: '$lt',
  less_than_or_equal: '$lte',
  greater_than: '$gt',
  greater_than_or_equal: '$gte',
}

/**
 * A condition on what is stored, as a query. In a query, too, what is missing (or null) allows
 * nothing and is denied. What no query says exactly allows no row and denies every row. That stored
 * values have the type that the condition compares with is the database's matter.
 */
export const rowQuery = (condition: Condition, isDenied: boolean): object => {
  const { field, operator, value } = condition
  const name = field.replace(/^resource\./, '')
  const present = { [name]: { $ne: null } }
  const missing = { [name]: { $eq: null } }
  if (operator === 'exists') return value === true ? present : missing
  const tests = testsOf(condition, isDenied)
  if (tests.length === 0) return fixedQuery(undefined, isDenied)
  const queries = tests.map((test) => ({ [name]: test }))
  return isDenied ? { $or: [missing, ...queries] } : { $and: [present, ...queries] }
}

/** None when no query can say it: addresses, and times that are stored as text. */
const testsOf = ({ operator, value }: Condition, isDenied: boolean): readonly object[] => {
  const comparison = comparisons[operator]
  if (comparison) return [{ [comparison]: value }]
  if (operator === 'starts_with') return [{ $regex: `^${literal(value as string)}` }]
  if (operator !== 'contains') return []
  const inList = { $elemMatch: { $eq: value } }
  // On a list, a pattern looks for part of an item: too wide to allow by, wide enough to deny by.
  return isDenied && typeof value === 'string' ? [inList, { $regex: literal(value) }] : [inList]
}

/** Matches this very text; without repetitions there is nothing to backtrack into. */
const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
