import { quote } from '../errors/quote.js'
import { askAbility, publicAbilityOf, type ServiceAbility } from '../policy/ability.js'
import { createRuleCompiler, type RuleCompiler } from '../policy/compile-rules.js'
import type { Facts } from '../policy/facts.js'
import {
  intersect,
  isWildcard,
  type Operation,
  type OperationPattern,
  parsePattern,
} from '../policy/operation.js'
import { type CheckedRule, checkRules, type Policy, type PolicySubject } from '../policy/policy.js'
import { unmetConditions } from '../policy/unmet-conditions.js'
import type { Principal } from '../principal/identify.js'

/** What one layer says of an operation, and why. */
export interface LayerAnswer {
  readonly layer: 'token' | 'policy'
  readonly answer: 'permit' | 'forbid' | 'abstain'
  /** The rule that decided. */
  readonly rule?: string | undefined
  /** What a reader of the explanation should know beside the answer. */
  readonly note?: string | undefined
}

/** The local layers of one service: its token's operations and the local policy. */
export interface Layers {
  answer(operation: Operation, facts: Facts): readonly LayerAnswer[]
  /** What was built for this service alone, in operations of rules. */
  readonly cost: number
  /** What all layers together allow, as one CASL ability; built when first asked for. */
  ability(): ServiceAbility
}

/** What the layers are built from. */
export interface LayerOptions {
  readonly policy: Policy | undefined
  /** Whether `transfers:*` and `*` in `allowed_ops` stand for what they say. */
  readonly wildcardOps: boolean
  /** With several issuers an id alone names nobody, and rules that rely on one are refused. */
  readonly hasSeveralIssuers: boolean
}

interface Layer {
  readonly name: LayerAnswer['layer']
  /** Undefined: the layer has nothing to say and abstains. */
  readonly rules: readonly CheckedRule[] | undefined
  readonly note: string | undefined
  /** Whether it only forbids: what it allows, others must permit. */
  readonly isBound?: true
}

/**
 * Builds the layers of a service. A layer that is absent abstains; a layer that is present and does
 * not permit forbids.
 *
 * @throws ConfigurationError `M2M_CFG_POLICY_INVALID` when the policy's rules are wrong.
 */
export const createLayers = (
  principal: Principal,
  options: LayerOptions,
  compile: RuleCompiler = createRuleCompiler(),
): Layers => {
  const { id, issuer, clientId, tier, attributes } = principal
  const subject: PolicySubject = { id, issuer, clientId, tier, attributes }
  const layers = [tokenLayer(principal, options.wildcardOps), policyLayer(subject, options)]
  let cost = 0
  const answering = layers.map(({ name, rules: own, note, isBound }) => {
    const abstention: LayerAnswer = Object.freeze({ layer: name, answer: 'abstain', note })
    if (own === undefined) return () => abstention
    const { rules, ability, ...compiled } = compile(own)
    cost += compiled.cost
    return (operation: Operation, facts: Facts): LayerAnswer => {
      const { allows, rule } = askAbility(ability, operation, facts, subject)
      if (allows) return { layer: name, answer: isBound ? 'abstain' : 'permit', rule, note }
      const unmet = rule ? undefined : unmetConditions(rules, subject, operation, facts)
      return { layer: name, answer: 'forbid', rule, note: unmet ?? note }
    }
  })
  let joint: ServiceAbility | undefined
  return Object.freeze({
    cost,
    answer: (operation: Operation, facts: Facts) => {
      const answers: LayerAnswer[] = []
      for (const answer of answering) answers.push(answer(operation, facts))
      return answers
    },
    ability: () => {
      joint ??= publicAbilityOf(joinRules(layers), subject)
      return joint
    },
  })
}

const tokenLayer = ({ allowedOps, withinOps }: Principal, wildcardOps: boolean): Layer => {
  const name = 'token'
  const stated = allowedOps ?? withinOps
  if (stated === undefined) return { name, rules: undefined, note: 'no allowed_ops claim' }
  const patternOf = (text: string): OperationPattern | undefined => {
    const pattern = parsePattern(text)
    return pattern && (wildcardOps || !isWildcard(pattern)) ? pattern : undefined
  }
  const patterns = stated.flatMap((text) => patternOf(text) ?? [])
  const ignored = stated.filter((text) => !patternOf(text))
  const rule = { name: 'allowed_ops', effect: 'allow', patterns, conditions: [] } as const
  const note = ignored.length > 0 ? ignoredNote(ignored) : undefined
  if (allowedOps) return { name, rules: [rule], note }
  return { name, rules: [rule], note: note ?? onlyNarrows, isBound: true }
}

const onlyNarrows = 'its issuer is not trusted with allowed_ops, which only narrow'

const ignoredNote = (ignored: readonly string[]): string =>
  `ignored in allowed_ops: ${quote(ignored)} (wildcards count only with wildcardOps, everything ` +
  'else must be like "transfers:create")'

const policyLayer = (
  subject: PolicySubject,
  { policy, hasSeveralIssuers }: LayerOptions,
): Layer => {
  const name = 'policy'
  if (policy === undefined) return { name, rules: undefined, note: 'no policy configured' }
  return { name, rules: checkRules(policy.rulesFor(subject), hasSeveralIssuers), note: undefined }
}

/** Rules that allow exactly what every present layer allows. */
const joinRules = (layers: readonly Layer[]): readonly CheckedRule[] => {
  // Bounds alone permit nothing.
  if (layers.every(({ rules, isBound }) => rules === undefined || isBound)) return []
  const present = layers.flatMap(({ rules }) => (rules ? [rules] : []))
  return present.length === 0 ? [] : present.reduce(joinTwo)
}

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
      patterns: one.patterns.flatMap((pattern) =>
        other.patterns.flatMap((second) => intersect(pattern, second) ?? []),
      ),
      conditions: [...one.conditions, ...other.conditions],
    })),
  )
  return [...both, ...denies]
}
