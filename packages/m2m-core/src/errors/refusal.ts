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
  /** Seconds after which the same request may succeed; only with an unavailable dependency. */
  readonly retryAfter?: number
  /** The scopes that the challenge must name (RFC 6750 §3). */
  readonly scope?: string
}

/** Makes a refusal; the public code follows from the cause, so the two never disagree. */
export const refuse = (
  cause: M2MCause,
  message: string,
  details: { readonly retryAfter?: number; readonly scope?: string } = {},
): Refusal => ({ [refused]: true, code: codeOf(cause), cause, message, ...details })

/** Tells a stage's "no" from its value, whatever the value is. */
export const isRefusal = (value: unknown): value is Refusal =>
  typeof value === 'object' && value !== null && refused in value
