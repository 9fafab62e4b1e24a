import type { M2MCode } from './codes.js'

/** An RFC 9457 problem body. `code` is stable; `detail` is a fixed sentence for people. */
export interface ProblemDetails {
  readonly title: string
  readonly status: number
  readonly code: M2MCode
  readonly detail: string
}
