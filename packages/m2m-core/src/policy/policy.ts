import { ConfigurationError } from '../errors/configuration-error.js'
import { quote } from '../errors/quote.js'
import type { Principal } from '../principal/identify.js'
import { type Condition, conditionFault } from './condition.js'
import { type OperationPattern, parsePattern } from './operation.js'

/** What of a service a policy may depend on. */
export type PolicySubject = Pick<Principal, 'id' | 'issuer' | 'clientId' | 'tier' | 'attributes'>

/** One rule: these operations are allowed (or denied) while all conditions hold. */
export interface PolicyRule {
  /** Names the rule in explanations and records. */
  readonly name: string
  readonly effect: 'allow' | 'deny'
  /** `transfers:create`, `transfers:*` or `*`. */
  readonly operations: readonly string[]
  /** All must hold. An unknown condition never allows and always denies. */
  readonly conditions?: readonly Condition[]
}

/**
 * The local policy, as a port. Configuring one makes it a layer of every decision: what no rule
 * allows is forbidden, and a deny beats every allow.
 */
export interface Policy {
  /** Another number whenever any rule has changed; compared on every request. */
  readonly version: number
  /** The rules that reach this service. Must depend on nothing but its argument and `version`. */
  rulesFor(subject: PolicySubject): readonly PolicyRule[]
}

/** A rule that has been checked. */
export interface CheckedRule {
  readonly name: string
  readonly effect: 'allow' | 'deny'
  readonly patterns: readonly OperationPattern[]
  readonly conditions: readonly Condition[]
}

/**
 * Checks rules before they decide anything.
 *
 * @throws ConfigurationError `M2M_CFG_POLICY_INVALID`, listing every fault.
 */
export const checkRules = (rules: readonly PolicyRule[]): readonly CheckedRule[] => {
  const faults: string[] = []
  const checked = rules.map((rule): CheckedRule => {
    const fault = (what: string): void => void faults.push(`rule ${quote(rule.name)}: ${what}`)
    const { name, effect, operations, conditions } = rule
    if (effect !== 'allow' && effect !== 'deny') fault('effect must be "allow" or "deny"')
    if (conditions?.length === 0) fault('conditions must not be empty; leave them out instead')
    const patterns = operations.flatMap((text) => parsePattern(text) ?? [])
    if (patterns.length !== operations.length || patterns.length === 0) {
      fault(`operations must be like "transfers:create", got ${quote(operations)}`)
    }
    for (const condition of conditions ?? []) {
      const wrong = conditionFault(condition)
      if (wrong) fault(`condition on ${quote(condition.field)}: ${wrong}`)
    }
    return { name, effect, patterns, conditions: conditions ?? [] }
  })
  const [first, ...rest] = faults.map((message) => {
    return { code: 'M2M_CFG_POLICY_INVALID', path: 'policy', message } as const
  })
  if (first) throw new ConfigurationError([first, ...rest])
  return checked
}
