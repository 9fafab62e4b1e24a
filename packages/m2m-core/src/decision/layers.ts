import { publicAbilityOf, type ServiceAbility } from '../policy/ability.js'
import { createRuleCompiler, type RuleCompiler } from '../policy/compile-rules.js'
import type { Facts } from '../policy/facts.js'
import type { Operation } from '../policy/operation.js'
import { type Policy, subjectOf, versionFor } from '../policy/policy.js'
import type { Principal } from '../principal/identify.js'
import { ceilingOf } from './ceiling.js'
import { joinRules } from './join-rules.js'
import type { LayerAnswer } from './layer-answer.js'
import { compileLayer, policyLayer } from './rule-layer.js'
import { tokenLayer } from './token-layer.js'

/** The local layers of one service: its token's operations, its tier and the local policy. */
export interface Layers {
  answer(operation: Operation, facts: Facts): readonly LayerAnswer[]
  /** The version of what the policy says of this service; undefined without a policy. */
  readonly version: string | number | undefined
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

/** Operations of which the answer is remembered: more than most services call. */
const mostKnown = 16

/**
 * Builds the layers of a service. A layer that is absent abstains; a layer that is present and does
 * not permit forbids. Only the tier, which grants nothing, abstains when it is content.
 *
 * @throws ConfigurationError `M2M_CFG_POLICY_INVALID` when the policy's rules are wrong.
 */
export const createLayers = (
  principal: Principal,
  { policy, wildcardOps, hasSeveralIssuers }: LayerOptions,
  compile: RuleCompiler = createRuleCompiler(),
): Layers => {
  const subject = subjectOf(principal)
  const version = policy && versionFor(policy, subject)
  const ceiling = ceilingOf(policy, subject.tier)
  const rules = {
    token: tokenLayer(principal, wildcardOps),
    policy: policyLayer(policy, subject, hasSeveralIssuers),
  }
  const token = compileLayer(rules.token, subject, compile)
  const local = compileLayer(rules.policy, subject, compile)
  const answering = [token.answer, ...(ceiling ? [ceiling.answer] : []), local.answer]
  const ask = (operation: Operation, facts: Facts): readonly LayerAnswer[] => {
    const answers: LayerAnswer[] = []
    for (const answer of answering) answers.push(answer(operation, facts))
    return answers
  }
  // As long as these layers stand, so does what they say of an operation alone: rules look at nothing
  // but the service, which is theirs, and the facts.
  const known = new Map<Operation, readonly LayerAnswer[]>()
  let joint: ServiceAbility | undefined
  return Object.freeze({
    version,
    cost: token.cost + local.cost + (ceiling?.patterns?.length ?? 0),
    answer: (operation: Operation, facts: Facts) => {
      if (facts !== operation.alone) return ask(operation, facts)
      const remembered = known.get(operation)
      if (remembered) return remembered
      const answers = Object.freeze(ask(operation, facts).map((one) => Object.freeze(one)))
      if (known.size < mostKnown) known.set(operation, answers)
      return answers
    },
    ability: () => {
      const allowed = (): ReturnType<typeof joinRules> =>
        // A bound alone permits nothing.
        rules.token.isBound && rules.policy.rules === undefined
          ? []
          : joinRules([rules.token.rules, rules.policy.rules], ceiling?.patterns)
      joint ??= publicAbilityOf(allowed(), subject)
      return joint
    },
  })
}
