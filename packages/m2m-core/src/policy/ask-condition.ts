import { type Condition, checkCondition, prepareCondition } from './condition.js'
import { toConditionRoot } from './facts.js'
import type { PolicySubject } from './policy.js'
import type { Context, Resource, ResourceInput } from './resource.js'

/** What a condition is asked about. What is left out is missing, and of a context nothing is known. */
export interface ConditionFacts {
  readonly subject?: Partial<PolicySubject>
  readonly resource?: ResourceInput
  readonly context?: Context
}

/**
 * Whether one condition holds, for tools; undefined when that is not known, since the attribute is
 * missing or of another type. Knows of no rule: not known never allows and always denies.
 *
 * @throws TypeError when it is no condition
 */
export const askCondition = (
  condition: Condition,
  { subject = {}, resource, context }: ConditionFacts,
): boolean | undefined => {
  const fault = checkCondition(condition)
  if (fault) throw new TypeError(fault)
  if (context === undefined && condition.field.startsWith('context.')) return undefined
  const facts = {
    ...(resource && { resource: resource as Resource }),
    ...(context && { context }),
  }
  return prepareCondition(condition).answer(toConditionRoot(facts, subject as PolicySubject))
}
