import type { PolicyEntry } from 'm2m-policy'
import { conditionKey } from '../condition/condition-key.js'
import { coversOperation } from '../operation/covers-operation.js'
import type { ModelReach } from './model-reach.js'
import type { PolicyWarning } from './warning.js'

/**
 * Policies that another one makes needless: with them or without them every answer is the same, for
 * users too. Of those that say the same the first one stays.
 */
export const findRedundantPolicies = (reach: ModelReach): readonly PolicyWarning[] => {
  const positions = new Map(reach.model.policies.map((policy, index) => [policy, index]))
  const comesFirst = (one: PolicyEntry, other: PolicyEntry): boolean =>
    (positions.get(one) ?? 0) < (positions.get(other) ?? 0)
  const isMadeNeedless = (policy: PolicyEntry, by: PolicyEntry): boolean =>
    saysAll(by, policy, reach) && (comesFirst(by, policy) || !saysAll(policy, by, reach))

  return reach.model.policies.flatMap((policy) => {
    const others = around(policy.subjects[0] ?? '', reach).flatMap(reach.policiesFor)
    const other = others.find((one) => one !== policy && isMadeNeedless(policy, one))
    if (!other) return []
    const verb = policy.effect === 'allow' ? 'allows' : 'denies'
    const message = `policy ${JSON.stringify(policy.name)} changes nothing: ${JSON.stringify(other.name)} ${verb} the same or more to the same or more; remove it, or narrow the other`
    return [{ ...policy.at, code: 'redundant-policy', message }]
  })
}

const around = (subject: string, { subjectsAround }: ModelReach): readonly string[] =>
  subjectsAround(subject, 'with-users')

/** Whether one policy says all that the other says; with fewer conditions it says more. */
const saysAll = (one: PolicyEntry, other: PolicyEntry, reach: ModelReach): boolean => {
  if (one.effect !== other.effect) return false
  const saysOperation = (narrow: string): boolean =>
    one.rule.operations.some((wide) => coversOperation(wide, narrow))
  const reachesSubject = (subject: string): boolean =>
    around(subject, reach).some((wide) => one.subjects.includes(wide))
  const keys = other.conditions.map(conditionKey)
  return (
    other.rule.operations.every(saysOperation) &&
    one.conditions.every((condition) => keys.includes(conditionKey(condition))) &&
    other.subjects.every(reachesSubject)
  )
}
