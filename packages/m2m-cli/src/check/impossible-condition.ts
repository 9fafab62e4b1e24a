import type { Condition } from 'm2m-core'
import { askValue } from '../condition/ask-value.js'
import { groupBy } from '../condition/group-by.js'
import { hasWitnesses, witnessesOf } from '../condition/witnesses.js'
import type { ModelReach } from './model-reach.js'
import type { PolicyWarning } from './warning.js'

/** Policies whose conditions on one field never hold together. */
export const findImpossibleConditions = ({ model }: ModelReach): readonly PolicyWarning[] =>
  model.policies.flatMap(({ name, effect, conditions, at }) =>
    [...groupBy(conditions, ({ field }) => field)].flatMap(([field, group]) => {
      if (mayHoldTogether(group)) return []
      const list = group.map(({ operator, value }) => `${operator} ${JSON.stringify(value)}`)
      const consequence =
        effect === 'allow'
          ? 'it never allows'
          : 'it denies at most where the attribute is missing or of another type'
      const message = `policy ${JSON.stringify(name)}: no ${field} meets all of ${list.join(', ')}, so ${consequence}; correct one, or make two policies of it if either is enough`
      return [{ ...at, code: 'impossible-condition' as const, message }]
    }),
  )

const mayHoldTogether = (conditions: readonly Condition[]): boolean => {
  if (conditions.length < 2) return true
  const candidates = conditions.find(({ operator }) => ['equals', 'in'].includes(operator))
  // Whatever else is asked, it is one of these values.
  if (candidates) return [candidates.value].flat().some((value) => meets(value, conditions))
  const known = conditions.filter(hasWitnesses)
  return witnessesOf(known).some((value) => meets(value, known)) && isSpan(conditions)
}

const meets = (value: unknown, conditions: readonly Condition[]): boolean =>
  conditions.every((condition) => askValue(condition, value) === true)

/** Whether each end is later than each beginning, where there are both. */
const isSpan = (conditions: readonly Condition[]): boolean => {
  const ends = conditions.filter(({ operator }) => operator === 'before')
  const beginnings = conditions.filter(({ operator }) => operator === 'after')
  return beginnings.every(({ value }) =>
    ends.every((end) => askValue(end, asMoment(value)) === true),
  )
}

/** A date stands for its first moment, where it is no value to compare. */
const asMoment = (value: unknown): string =>
  /^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? `${value}T00:00:00Z` : String(value)
