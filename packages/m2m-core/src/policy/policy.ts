import { ConfigurationError } from '../errors/configuration-error.js'
import { didYouMean } from '../errors/did-you-mean.js'
import { quote } from '../errors/quote.js'
import type { Principal } from '../principal/identify.js'
import { isJsonObject } from '../token/compact.js'
import { type Condition, conditionFault } from './condition.js'
import { type OperationPattern, parsePattern } from './operation.js'

/**
 * What of a service a policy may depend on. An `id` or `clientId` is unique only together with
 * `issuer`: with several issuers, compare both.
 */
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
  /**
   * The rules that reach this service. Must depend on nothing but its argument and `version`. Ids and
   * tiers are names that tokens state: look them up in a `Map`, not in an object, which has a
   * `constructor`.
   */
  rulesFor(subject: PolicySubject): readonly PolicyRule[]
}

/** A rule that has been checked. */
export interface CheckedRule {
  readonly name: string
  readonly effect: 'allow' | 'deny'
  readonly patterns: readonly OperationPattern[]
  readonly conditions: readonly Condition[]
}

const ruleMembers = ['name', 'effect', 'operations', 'conditions']
const conditionMembers = ['field', 'operator', 'value']

/**
 * Checks rules before they decide anything. A member that no rule has is a fault too: a misspelt
 * `conditions` would otherwise allow without any.
 *
 * @throws ConfigurationError `M2M_CFG_POLICY_INVALID`, listing every fault.
 */
export const checkRules = (
  rules: readonly PolicyRule[],
  hasSeveralIssuers = false,
): readonly CheckedRule[] => {
  if (!Array.isArray(rules)) {
    const message = `rulesFor() must return a list and must not be async, got ${quote(rules)}`
    throw new ConfigurationError([{ code: 'M2M_CFG_POLICY_INVALID', path: 'policy', message }])
  }
  // Holes in a list are faults too; array methods would skip them.
  const list: readonly unknown[] = Array.from(rules as readonly unknown[])
  const [first, ...rest] = list
    .flatMap((rule, index) =>
      ruleFaults(rule, hasSeveralIssuers).map((fault) => `rule ${nameOf(rule, index)}: ${fault}`),
    )
    .map((message) => ({ code: 'M2M_CFG_POLICY_INVALID', path: 'policy', message }) as const)
  if (first) throw new ConfigurationError([first, ...rest])
  return (rules as readonly PolicyRule[]).map(({ name, effect, operations, conditions }) => ({
    name,
    effect,
    patterns: operations.flatMap((text) => parsePattern(text) ?? []),
    conditions: (conditions ?? []).map(copyOf),
  }))
}

/** The policy's own objects may change later. */
const copyOf = ({ field, operator, value }: Condition): Condition =>
  Object.freeze({
    field,
    operator,
    value: Array.isArray(value) ? Object.freeze([...value]) : value,
  })

const nameOf = (rule: unknown, index: number): string =>
  isJsonObject(rule) && typeof rule['name'] === 'string' ? quote(rule['name']) : `${index}`

const ruleFaults = (rule: unknown, hasSeveralIssuers: boolean): readonly string[] => {
  if (!isJsonObject(rule)) return [`expected an object, got ${quote(rule)}`]
  const { name, effect, operations, conditions } = rule
  const faults = unknownMembers(rule, ruleMembers)
  if (typeof name !== 'string' || name === '') faults.push('name must be text')
  if (effect !== 'allow' && effect !== 'deny') faults.push('effect must be "allow" or "deny"')
  const list: readonly unknown[] = Array.isArray(operations) ? Array.from(operations) : []
  const arePatterns = list.every((text) => typeof text === 'string' && parsePattern(text))
  if (list.length === 0 || !arePatterns) {
    faults.push(`operations must be a list like ["transfers:create"], got ${quote(operations)}`)
  }
  if (conditions === undefined) return faults
  if (!Array.isArray(conditions) || conditions.length === 0) {
    return [...faults, 'conditions must be a list that is not empty; leave them out instead']
  }
  faults.push(...Array.from(conditions, faultsOfCondition).flat())
  if (hasSeveralIssuers) faults.push(...identityFaults(effect, conditions))
  return faults
}

/**
 * An id of one issuer says nothing about the same id of another. An allow that names a service must
 * name its issuer; a deny that spares a service by its id would spare every issuer's.
 */
const identityFaults = (effect: unknown, conditions: readonly unknown[]): readonly string[] => {
  const on = (fields: readonly string[], operators: readonly string[]): boolean =>
    conditions.some(
      (condition) =>
        isJsonObject(condition) &&
        fields.includes(condition['field'] as string) &&
        operators.includes(condition['operator'] as string),
    )
  const ids = ['subject.id', 'subject.clientId']
  if (effect === 'deny') {
    return on(ids, ['not_equals', 'not_in', 'exists'])
      ? [
          'a deny cannot spare services by id: those of other issuers may have the same; name issuers',
        ]
      : []
  }
  const names = on(ids, ['equals', 'not_equals', 'in', 'not_in', 'exists'])
  return names && !on(['subject.issuer'], ['equals', 'in'])
    ? [
        'a condition on subject.id or subject.clientId needs subject.issuer equals (or in) beside it',
      ]
    : []
}

const faultsOfCondition = (condition: unknown): readonly string[] => {
  if (!isJsonObject(condition)) return [`expected a condition, got ${quote(condition)}`]
  const fault = conditionFault(condition as unknown as Condition)
  const faults = [...unknownMembers(condition, conditionMembers), ...(fault ? [fault] : [])]
  return faults.map((text) => `condition on ${quote(condition['field'])}: ${text}`)
}

const unknownMembers = (object: object, known: readonly string[]): string[] =>
  Object.keys(object)
    .filter((member) => !known.includes(member))
    .map((member) => `there is no ${quote(member)}${didYouMean(member, known)}`)
