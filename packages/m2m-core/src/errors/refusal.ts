import { codeOf, type M2MCause } from './causes.js'
import type { M2MCode } from './codes.js'

const refused = Symbol('refused')

/** One stage's "no": what the caller is told (`code`) and what the operator is told (the rest). */
export interface Refusal {
  readonly [refused]: true
  readonly code: M2MCode
  readonly cause: M2MCause
  /** For the log: what was expected, what came, and what to change. May quote claims. */
  readonly message: string
  /** Seconds after which the same request may succeed: an unavailable dependency, or a quota. */
  readonly retryAfter?: number
  /** The scopes that the challenge must name (RFC 6750 §3). */
  readonly scope?: string
  /** Headers that the answer has beside its usual ones. */
  readonly headers?: Readonly<Record<string, string>>
  /** The quotas that were exceeded, by name. */
  readonly violatedPolicies?: readonly string[]
}

/** What a refusal may say beside its cause. */
type Details = Pick<Refusal, 'retryAfter' | 'scope' | 'headers' | 'violatedPolicies'>

/** Makes a refusal; the public code follows from the cause, so the two never disagree. */
export const refuse = (cause: M2MCause, message: string, details: Details = {}): Refusal => ({
  [refused]: true,
  code: codeOf(cause),
  cause,
  message,
  ...details,
})

/** Tells a stage's "no" from its value, whatever the value is. */
export const isRefusal = (value: unknown): value is Refusal =>
  // Not "in": that takes as long as a tenth of a decision for each of the many shapes asked about.
  typeof value === 'object' && value !== null && (value as Refusal)[refused] === true
