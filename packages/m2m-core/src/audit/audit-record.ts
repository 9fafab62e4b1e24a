import type { LayerAnswer } from '../decision/layer-answer.js'
import type { M2MCause, Stage } from '../errors/causes.js'
import type { M2MCode } from '../errors/codes.js'
import type { Quota } from '../quota/quota.js'

/**
 * One verdict, written down. Logs, metrics, traces and viewers read nothing else. It never holds a
 * token or a part of one.
 */
export interface AuditRecord {
  /** When the verdict fell, ISO 8601 in UTC. */
  readonly time: string
  /** From `x-request-id` when that is well-formed, else made up; the same for a request's records. */
  readonly requestId: string
  /** Where the line ended: the stage that said no, else the last one that said yes. */
  readonly stage: Stage
  readonly outcome: 'admitted' | 'refused' | 'unavailable' | 'fault'
  /** What the caller was told; absent when admitted and when a fault went to the framework. */
  readonly status?: number
  readonly code?: M2MCode
  /** The finer reason, which the caller was not told. */
  readonly cause?: M2MCause
  /** What was expected, what came, and what to change. */
  readonly message?: string
  /** Only a service whose token is verified. */
  readonly service?: {
    readonly id: string
    readonly issuer: string
    readonly clientId: string
    /** What in its token showed that it is a service. */
    readonly evidence: string
    readonly tier?: string
    readonly tokenId?: string
  }
  readonly operation?: string
  readonly resource?: { readonly type: string; readonly id?: string }
  readonly layers?: readonly LayerAnswer[]
  /** How the budgets stand that the call was charged to, to the millisecond, and who named their limits. */
  readonly quota?: Quota
  readonly method?: string
  /** Without the query. */
  readonly path?: string
  /** From the start of this call to its verdict, in microseconds. */
  readonly durationMicros: number
}
