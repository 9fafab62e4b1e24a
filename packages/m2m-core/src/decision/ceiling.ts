import { ConfigurationError } from '../errors/configuration-error.js'
import { quote } from '../errors/quote.js'
import {
  covers,
  isOperationPattern,
  type Operation,
  type OperationPattern,
  parsePattern,
} from '../policy/operation.js'
import type { Policy } from '../policy/policy.js'
import type { LayerAnswer } from './layer-answer.js'

/** The layer of a service's tier: it forbids or abstains, and never permits. */
export interface Ceiling {
  /** Undefined where the tier has no ceiling. */
  readonly patterns: readonly OperationPattern[] | undefined
  answer(operation: Operation): LayerAnswer
}

/**
 * The ceiling of a tier, undefined when the policy knows no ceilings at all.
 *
 * @throws ConfigurationError `M2M_CFG_POLICY_INVALID` when the policy gives no list of operations.
 */
export const ceilingOf = (
  policy: Policy | undefined,
  tier: string | undefined,
): Ceiling | undefined => {
  if (!policy?.ceilingOf) return undefined
  const name = tier === undefined ? 'no tier' : `tier ${quote(tier)}`
  const texts: unknown = policy.ceilingOf(tier)
  if (texts === undefined) {
    const abstention = answerOf({ answer: 'abstain', note: `no ceiling for ${name}` })
    return Object.freeze({ patterns: undefined, answer: () => abstention })
  }
  const patterns = patternsIn(texts, name)
  const within = answerOf({ answer: 'abstain', note: `within ${name}` })
  const beyond = answerOf({
    answer: 'forbid',
    rule: 'ceiling',
    note: `${name} ends at ${quote(texts)}`,
  })
  return Object.freeze({
    patterns,
    answer: (operation: Operation) =>
      patterns.some((pattern) => covers(pattern, operation)) ? within : beyond,
  })
}

const answerOf = (answer: Omit<LayerAnswer, 'layer'>): LayerAnswer =>
  Object.freeze({ layer: 'tier', ...answer })

const patternsIn = (texts: unknown, name: string): readonly OperationPattern[] => {
  const list: readonly unknown[] = Array.isArray(texts) ? Array.from(texts) : []
  if (Array.isArray(texts) && list.every(isOperationPattern)) {
    return list.flatMap((text) => parsePattern(text as string) ?? [])
  }
  const message = `the ceiling of ${name} must be a list like ["transfers:read"], or undefined for none, got ${quote(texts)}`
  throw new ConfigurationError([{ code: 'M2M_CFG_POLICY_INVALID', path: 'policy', message }])
}
