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
): PolicyAnswer => {
  const known = subjectOf(subject)
  const rules = policyLayer(policy, known, false)
  const ceiling = ceilingOf(policy, known.tier)
  const asked = readQuestion(operation, facts.resource, facts.context)
  if (typeof asked === 'string') return answer(false, { note: asked })
  const limit = ceiling?.answer(asked[0])
  if (limit?.answer === 'forbid') return answer(false, limit)
  const said = compileLayer(rules, known, createRuleCompiler()).answer(...asked)
  return answer(said.answer === 'permit', said)
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
