import type { Condition, PolicyRule } from 'm2m-core'
import { conditionKey } from '../condition/condition-key.js'

/** One rule, with the conditions that are left open once it is known who asks. */
export interface Grant {
  readonly effect: 'allow' | 'deny'
  readonly operations: readonly string[]
  readonly conditions: readonly Condition[]
}

/** All that a policy says of somebody. */
export interface Reach {
  /** The same for all of whom it says the same, whatever its rules are called. */
  readonly key: string
  readonly grants: readonly Grant[]
  readonly ceiling: readonly string[] | undefined
}

/** Of what is asked about: true, false, undefined for not known, or open till a request comes. */
export type DecideCondition = (condition: Condition) => boolean | undefined | 'open'

/** Makes reaches, whose keys may be compared with each other. */
export const createReachMaker = () => {
  // Keys are short numbers: a service may be reached by thousands of rules.
  const numbers = new Map<string, number>()
  const numberOf = (text: string): number => {
    const number = numbers.get(text) ?? numbers.size
    numbers.set(text, number)
    return number
  }
  const known = new WeakMap<PolicyRule, Map<string, NumberedGrant>>()
  const toGrant = (rule: PolicyRule, conditions: readonly Condition[]): NumberedGrant => {
    const { effect, operations } = rule
    const keys = [...new Set(conditions.map(conditionKey))].sort()
    const text = JSON.stringify([effect, [...new Set(operations)].sort(), keys])
    return { grant: { effect, operations, conditions }, number: numberOf(text) }
  }
  const grantOf = (rule: PolicyRule, decide: DecideCondition): NumberedGrant | undefined => {
    const left = undecided(rule, decide)
    if (!left) return undefined
    const grants = known.get(rule) ?? new Map<string, NumberedGrant>()
    const which = left.join()
    const grant =
      grants.get(which) ??
      toGrant(
        rule,
        left.flatMap((index) => rule.conditions?.[index] ?? []),
      )
    known.set(rule, grants.set(which, grant))
    return grant
  }
  return (
    rules: readonly PolicyRule[],
    ceiling: readonly string[] | undefined,
    decide: DecideCondition,
  ): Reach => {
    const grants = new Map<number, Grant>()
    for (const rule of rules) {
      const found = grantOf(rule, decide)
      if (found) grants.set(found.number, found.grant)
    }
    const limit = ceiling ? numberOf(JSON.stringify([...new Set(ceiling)].sort())) : 'none'
    const key = [limit, ...[...grants.keys()].sort((one, other) => one - other)].join(' ')
    return { key, grants: [...grants.values()], ceiling }
  }
}

interface NumberedGrant {
  readonly grant: Grant
  readonly number: number
}

/** Which conditions are left; undefined where the rule can never match. */
const undecided = (
  { effect, conditions = [] }: PolicyRule,
  decide: DecideCondition,
): readonly number[] | undefined => {
  const left: number[] = []
  for (const [index, condition] of conditions.entries()) {
    const truth = decide(condition)
    if (truth === false || (truth === undefined && effect === 'allow')) return undefined
    if (truth === 'open') left.push(index)
  }
  return left
}
