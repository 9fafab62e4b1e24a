import { createRuleCompiler, type RuleCompiler } from '../policy/compile-rules.js'
import { type CheckedRule, type Policy, type PolicySubject, subjectOf } from '../policy/policy.js'
import type { Context, ResourceInput } from '../policy/resource.js'
import { type Ceiling, ceilingOf } from './ceiling.js'
import { readQuestion } from './read-question.js'
import { compileLayer, policyLayer, type RuleLayer } from './rule-layer.js'

/** What a policy says of one operation of one service. */
export interface PolicyAnswer {
  readonly allowed: boolean
  /** The rule that decided; undefined when no rule spoke. */
  readonly rule?: string
  /** Why, where the rule does not tell. */
  readonly note?: string
}

/** Asks a policy about one operation of one service. */
export type PolicyAsker = (
  policy: Policy,
  subject: PolicySubject,
  operation: string,
  facts?: { readonly resource?: ResourceInput; readonly context?: Context },
) => PolicyAnswer

/**
 * Asks the local policy and the ceiling of the tier, for tools and tests of policies. It knows of no
 * token, registry or engine: what it allows may still be refused on a request. What is no operation,
 * and a resource of another type, is not allowed.
 *
 * @throws ConfigurationError `M2M_CFG_POLICY_INVALID` when the rules are wrong
 */
export const askPolicy: PolicyAsker = (...question) => createPolicyAsker()(...question)

/**
 * `askPolicy` for code that asks often: a list of rules that a policy gives again at the same version
 * is checked and compiled once, and so is the ceiling of a tier.
 */
export const createPolicyAsker = (): PolicyAsker => {
  const layerOf = rememberLayers()
  const limitOf = rememberCeilings()
  const compile = rememberCompiled()
  return (policy, subject, operation, facts = {}) => {
    const known = subjectOf(subject)
    const rules = layerOf(policy, known)
    const ceiling = limitOf(policy, known.tier)
    const asked = readQuestion(operation, facts.resource, facts.context)
    if (typeof asked === 'string') return answer(false, { note: asked })
    const limit = ceiling?.answer(asked[0])
    // A ceiling is no rule, and a rule may be called as its layer calls it.
    if (limit?.answer === 'forbid') return answer(false, { note: limit.note })
    const said = compileLayer(rules, known, compile).answer(...asked)
    return answer(said.answer === 'permit', said)
  }
}

const rememberLayers = (): ((policy: Policy, subject: PolicySubject) => RuleLayer) => {
  const layers = new WeakMap<object, { readonly version: number; readonly layer: RuleLayer }>()
  return (policy, subject) => {
    const { version } = policy
    const given = policy.rulesFor(subject)
    const known = layers.get(given)
    if (known?.version === version) return known.layer
    const layer = policyLayer({ version, rulesFor: () => given }, subject, false)
    layers.set(given, { version, layer })
    return layer
  }
}

/** Tokens may state any tier. */
const mostTiers = 100

const rememberCeilings = (): typeof ceilingOf => {
  const known = new WeakMap<
    Policy,
    { readonly version: number; readonly byTier: Map<string | undefined, Ceiling | undefined> }
  >()
  return (policy, tier) => {
    if (!policy?.ceilingOf) return undefined
    let last = known.get(policy)
    if (last?.version !== policy.version || last.byTier.size >= mostTiers) {
      last = { version: policy.version, byTier: new Map() }
      known.set(policy, last)
    }
    if (!last.byTier.has(tier)) last.byTier.set(tier, ceilingOf(policy, tier))
    return last.byTier.get(tier)
  }
}

/** By the list itself: to find out that another one says the same takes longer than to ask it. */
const rememberCompiled = (): RuleCompiler => {
  const compile = createRuleCompiler()
  const known = new WeakMap<readonly CheckedRule[], ReturnType<RuleCompiler>>()
  return (rules) => {
    const compiled = known.get(rules) ?? compile(rules)
    known.set(rules, compiled)
    return compiled
  }
}

const answer = (
  allowed: boolean,
  { rule, note }: { readonly rule?: string | undefined; readonly note?: string | undefined },
): PolicyAnswer =>
  Object.freeze({
    allowed,
    ...(rule !== undefined && { rule }),
    ...(note !== undefined && { note }),
  })
