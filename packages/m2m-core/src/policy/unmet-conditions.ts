import { quote } from '../errors/quote.js'
import { type Facts, toConditionRoot } from './facts.js'
import { covers, type Operation } from './operation.js'
import type { CheckedRule, PolicySubject } from './policy.js'

/**
 * Says which conditions kept rules that cover the operation from allowing it, so that nobody has
 * to guess; undefined when no rule covers it at all. Never quotes what the request brought.
 */
export const unmetConditions = (
  rules: readonly CheckedRule[],
  subject: PolicySubject,
  operation: Operation,
  facts: Facts,
): string | undefined => {
  const root = toConditionRoot(facts, subject)
  const unmet = rules
    .filter(({ effect, patterns }) => {
      return effect === 'allow' && patterns.some((pattern) => covers(pattern, operation))
    })
    .flatMap(({ name, conditions }) =>
      conditions.flatMap((condition) => {
        const truth = condition.answer(root)
        if (truth === true) return []
        const { field, operator, value } = condition
        const answer = truth === false ? 'is false' : 'is unknown (missing or of another type)'
        return [`rule ${quote(name)}: ${field} ${operator} ${quote(value)} ${answer}`]
      }),
    )
  return unmet.length > 0 ? listed(unmet) : undefined
}

/**
 * Says which conditions of a deny matched only because nobody knows them; undefined when all of them
 * hold. Never quotes what the request brought.
 */
export const unknownConditions = (
  rules: readonly CheckedRule[],
  name: string,
  subject: PolicySubject,
  facts: Facts,
): string | undefined => {
  const root = toConditionRoot(facts, subject)
  const unknown = rules
    .filter((rule) => rule.effect === 'deny' && rule.name === name)
    .flatMap(({ conditions }) => conditions.filter(({ answer }) => answer(root) === undefined))
    .map(({ field, operator, value }) => `${field} ${operator} ${quote(value)}`)
  if (unknown.length === 0) return undefined
  return `${listed(unknown)} is unknown (missing or of another type), and a deny then matches`
}

const most = 3

const listed = (texts: readonly string[]): string => {
  const rest = texts.length - most
  return `${texts.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}
