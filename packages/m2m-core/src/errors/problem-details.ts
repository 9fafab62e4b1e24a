import type { M2MCode } from './codes.js'

/** An RFC 9457 problem body. `code` is stable; `detail` is a fixed sentence for people. */
export interface ProblemDetails {
  /** Only where the problem type is registered; `about:blank` otherwise. */
  readonly type?: string
  readonly title: string
  readonly status: number
  readonly code: M2MCode
  readonly detail: string
  /** With `quota_exceeded`: the names of the quotas, as in the `RateLimit` header. */
  readonly 'violated-policies'?: readonly string[]
}
