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
  return unmet.length > 0 ? unmet.slice(0, 3).join(', ') : undefined
}
