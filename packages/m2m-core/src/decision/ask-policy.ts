import { createRuleCompiler } from '../policy/compile-rules.js'
import { type Policy, type PolicySubject, subjectOf } from '../policy/policy.js'
import type { Context, ResourceInput } from '../policy/resource.js'
import { ceilingOf } from './ceiling.js'
import { readQuestion } from './read-question.js'
import { compileLayer, policyLayer } from './rule-layer.js'

/** What a policy says of one operation of one service. */
export interface PolicyAnswer {
  readonly allowed: boolean
  /** The rule that decided; undefined when no rule spoke. */
  readonly rule?: string
  /** Why, where the rule does not tell. */
  readonly note?: string
}

/**
 * Asks the local policy and the ceiling of the tier, for tools and tests of policies. It knows of no
 * token, registry or engine: what it allows may still be refused on a request. What is no operation,
 * and a resource of another type, is not allowed.
 *
 * @throws ConfigurationError `M2M_CFG_POLICY_INVALID` when the rules are wrong
 */
export const askPolicy = (
  policy: Policy,
  subject: PolicySubject,
  operation: string,
  facts: { readonly resource?: ResourceInput; readonly context?: Context } = {},
): PolicyAnswer => createPolicyAsker(policy, subject)(operation, facts)

/** Asks a policy about one subject. */
export type PolicyAsker = (
  operation: string,
  facts?: { readonly resource?: ResourceInput; readonly context?: Context },
) => PolicyAnswer

/**
 * The same as `askPolicy` for many questions about one subject: its rules are read and compiled once,
 * so that what changes in the policy afterwards is not seen.
 *
 * @throws ConfigurationError `M2M_CFG_POLICY_INVALID` when the rules are wrong
 */
export const createPolicyAsker = (policy: Policy, subject: PolicySubject): PolicyAsker => {
  const known = subjectOf(subject)
  const rules = policyLayer(policy, known, false)
  const ceiling = ceilingOf(policy, known.tier)
  const layer = compileLayer(rules, known, createRuleCompiler())
  return (operation, { resource, context } = {}) => {
    const asked = readQuestion(operation, resource, context)
    if (typeof asked === 'string') return answer(false, { note: asked })
    const limit = ceiling?.answer(asked[0])
    if (limit?.answer === 'forbid') return answer(false, limit)
    const said = layer.answer(...asked)
    return answer(said.answer === 'permit', said)
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
