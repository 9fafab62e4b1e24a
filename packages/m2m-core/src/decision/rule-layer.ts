import { askAbility } from '../policy/ability.js'
import type { RuleCompiler } from '../policy/compile-rules.js'
import type { Facts } from '../policy/facts.js'
import type { Operation } from '../policy/operation.js'
import { type CheckedRule, checkRules, type Policy, type PolicySubject } from '../policy/policy.js'
import { unknownConditions, unmetConditions } from '../policy/unmet-conditions.js'
import type { LayerAnswer } from './layer-answer.js'

/** A layer that decides by rules. */
export interface RuleLayer {
  readonly name: 'token' | 'policy'
  /** Undefined: the layer has nothing to say and abstains. */
  readonly rules: readonly CheckedRule[] | undefined
  readonly note: string | undefined
  /** Whether it only forbids: what it allows, others must permit. */
  readonly isBound?: true
}

/** A layer that can be asked. */
export interface AskedLayer {
  readonly answer: (operation: Operation, facts: Facts) => LayerAnswer
  /** What was built for it alone, in operations of rules. */
  readonly cost: number
}

/** The layer of the local policy. */
export const policyLayer = (
  policy: Policy | undefined,
  subject: PolicySubject,
  hasSeveralIssuers: boolean,
): RuleLayer => {
  const name = 'policy'
  if (policy === undefined) return { name, rules: undefined, note: 'no policy configured' }
  return { name, rules: checkRules(policy.rulesFor(subject), hasSeveralIssuers), note: undefined }
}

/** Makes a layer ready to be asked about one service. */
export const compileLayer = (
  { name, rules: own, note, isBound }: RuleLayer,
  subject: PolicySubject,
  compile: RuleCompiler,
): AskedLayer => {
  const abstention: LayerAnswer = Object.freeze({ layer: name, answer: 'abstain', note })
  if (own === undefined) return { answer: () => abstention, cost: 0 }
  const { rules, ability, cost } = compile(own)
  const answer = (operation: Operation, facts: Facts): LayerAnswer => {
    const { allows, rule } = askAbility(ability, operation, facts, subject)
    if (allows) return { layer: name, answer: isBound ? 'abstain' : 'permit', rule, note }
    const why = rule
      ? unknownConditions(rules, rule, subject, facts)
      : unmetConditions(rules, subject, operation, facts)
    return { layer: name, answer: 'forbid', rule, note: why ?? note }
  }
  return { answer, cost }
}
