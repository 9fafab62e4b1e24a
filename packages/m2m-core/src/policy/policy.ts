import { ConfigurationError } from '../errors/configuration-error.js'
import { quote } from '../errors/quote.js'
import type { Principal } from '../principal/identify.js'
import type { RateOptions } from '../principal/read-rate-limit.js'
import type { Services } from '../principal/services.js'
import { isJsonObject } from '../token/compact.js'
import {
  type CheckedCondition,
  type Condition,
  checkCondition,
  prepareCondition,
  unknownMembers,
} from './condition.js'
import { idAlone } from './id-alone.js'
import { isOperationPattern, type OperationPattern, parsePattern } from './operation.js'

/**
 * What of a service a policy may depend on. An `id` or `clientId` is unique only together with
 * `issuer`: with several issuers, compare both.
 */
export type PolicySubject = Pick<
  Principal,
  'id' | 'issuer' | 'clientId' | 'tier' | 'attributes' | 'registered'
>

/** What a policy may know of a service. */
export const subjectOf = (principal: PolicySubject): PolicySubject => {
  const { id, issuer, clientId, tier, attributes, registered } = principal
  return { id, issuer, clientId, tier, attributes, registered }
}

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
  /** Another number whenever anything has changed; compared on every request. */
  readonly version: number
  /**
   * The rules that reach this service. Must depend on nothing but its argument and `version`. Ids and
   * tiers are names that tokens state: look them up in a `Map`, not in an object, which has a
   * `constructor`.
   */
  rulesFor(subject: PolicySubject): readonly PolicyRule[]
  /**
   * What reaches this service, rules and ceiling, as one comparable value: while it stays, what was
   * built for the service stays although `version` has changed. @defaultValue `version`
   */
  versionOf?(subject: PolicySubject): string | number
  /**
   * The operations (`transfers:create`, `transfers:*` or `*`) beyond which a tier never goes, whatever
   * grants more; undefined: no ceiling.
   */
  ceilingOf?(tier: string | undefined): readonly string[] | undefined
  /** The budget that a service of this tier never goes beyond; undefined: none. */
  rateOf?(tier: string | undefined): RateOptions | undefined
  /**
   * The registered services, like the option `services`, which may not stand beside them. Read again
   * whenever `version` changes. A service that is wrong then is disabled until it is mended; what is no
   * set of services at all leaves the one before in force.
   */
  readonly services?: Services
}

/**
 * The version of what reaches a service.
 *
 * @throws ConfigurationError `M2M_CFG_POLICY_INVALID` when the policy gives nothing comparable.
 */
export const versionFor = (policy: Policy, subject: PolicySubject): string | number => {
  const version: unknown = policy.versionOf ? policy.versionOf(subject) : policy.version
  if (typeof version === 'string' || Number.isFinite(version)) return version as string | number
  const message = `version must be a number, and versionOf() return one or a text and not be async, got ${quote(version)}`
  throw new ConfigurationError([{ code: 'M2M_CFG_POLICY_INVALID', path: 'policy', message }])
}

/** A rule that has been checked. */
export interface CheckedRule {
  readonly name: string
  readonly effect: 'allow' | 'deny'
  readonly patterns: readonly OperationPattern[]
  readonly conditions: readonly CheckedCondition[]
}

const ruleMembers = ['name', 'effect', 'operations', 'conditions']

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
    conditions: (conditions ?? []).map(prepareCondition),
  }))
}

const nameOf = (rule: unknown, index: number): string =>
  isJsonObject(rule) && typeof rule['name'] === 'string' ? quote(rule['name']) : `${index}`

const ruleFaults = (rule: unknown, hasSeveralIssuers: boolean): readonly string[] => {
  if (!isJsonObject(rule)) return [`expected an object, got ${quote(rule)}`]
  const { name, effect, operations, conditions } = rule
  const faults = [...unknownMembers(rule, ruleMembers)]
  if (typeof name !== 'string' || name === '') faults.push('name must be text')
  if (effect !== 'allow' && effect !== 'deny') faults.push('effect must be "allow" or "deny"')
  const list: readonly unknown[] = Array.isArray(operations) ? Array.from(operations) : []
  if (list.length === 0 || !list.every(isOperationPattern)) {
    faults.push(`operations must be a list like ["transfers:create"], got ${quote(operations)}`)
  }
  // One that is there and undefined may have been lost on its way: no silent allow.
  if (conditions === undefined && !Object.hasOwn(rule, 'conditions')) return faults
  if (!Array.isArray(conditions) || conditions.length === 0) {
    return [...faults, 'conditions must be a list that is not empty; leave them out instead']
  }
  faults.push(...Array.from(conditions, (one) => checkCondition(one) ?? []).flat())
  const alone = hasSeveralIssuers ? idAlone({ effect, conditions }) : undefined
  if (alone !== undefined) faults.push(alone)
  return faults
}
