import { intersect, type OperationPattern } from '../policy/operation.js'
import type { CheckedRule } from '../policy/policy.js'

/** Rules that allow exactly what every present layer allows, and nothing beyond the ceiling. */
export const joinRules = (
  layers: readonly (readonly CheckedRule[] | undefined)[],
  ceiling: readonly OperationPattern[] | undefined,
): readonly CheckedRule[] => {
  const present = layers.flatMap((rules) => (rules ? [rules] : []))
  const joint = present.length === 0 ? [] : present.reduce(joinTwo)
  return ceiling ? joint.map((rule) => limit(rule, ceiling)) : joint
}

const limit = (rule: CheckedRule, ceiling: readonly OperationPattern[]): CheckedRule =>
  rule.effect === 'deny' ? rule : { ...rule, patterns: common(rule.patterns, ceiling) }

const common = (
  some: readonly OperationPattern[],
  others: readonly OperationPattern[],
): readonly OperationPattern[] =>
  some.flatMap((one) => others.flatMap((other) => intersect(one, other) ?? []))

const joinTwo = (
  some: readonly CheckedRule[],
  others: readonly CheckedRule[],
): readonly CheckedRule[] => {
  const allows = (rules: readonly CheckedRule[]) => rules.filter(({ effect }) => effect === 'allow')
  const denies = [...some, ...others].filter(({ effect }) => effect === 'deny')
  const both = allows(some).flatMap((one) =>
    allows(others).map((other) => ({
      name: `${one.name} and ${other.name}`,
      effect: 'allow' as const,
      patterns: common(one.patterns, other.patterns),
      conditions: [...one.conditions, ...other.conditions],
    })),
  )
  return [...both, ...denies]
}
