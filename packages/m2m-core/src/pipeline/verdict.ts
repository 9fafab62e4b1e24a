import type { ServicePrincipal } from '../decision/service-principal.js'
import type { M2MCode } from '../errors/codes.js'
import type { Refusal } from '../errors/refusal.js'
import { type Reply, replyOf } from '../http/reply.js'
import type { Quota } from '../quota/quota.js'

/** The call may go on. */
export interface Admitted {
  readonly admitted: true
  readonly service: ServicePrincipal
  /** Headers for the response that is to come. */
  readonly headers: Readonly<Record<string, string>>
  /** How the budgets stand that this call was charged to; absent where it was charged to none. */
  readonly quota?: Quota
}

/**
 * The call ends here. `refused`: the caller is wrong, sending the same again is useless, unless
 * `retryAfter` says after how many seconds its quota is back. `unavailable`: a dependency is wrong, the same may succeed after `retryAfter` seconds.
 */
export interface Refused {
  readonly admitted: false
  readonly kind: 'refused' | 'unavailable'
  readonly code: M2MCode
  readonly retryAfter?: number
  readonly reply: Reply
  /** How the budgets stand, where the call was charged to any before it was refused. */
  readonly quota?: Quota
  /**
   * The caller is not ours to judge and `onForeignToken` or `onNoCredential` says `'next'`: whoever
   * comes after may authenticate it. Not admitted, and not recorded.
   */
  readonly passedOn?: true
}

/** The answer to one call. Verdicts are returned, never thrown. */
export type Verdict = Admitted | Refused

/** The verdict on an admitted service; the same object for each of its calls. */
export const admit = (service: ServicePrincipal): Admitted =>
  Object.freeze({ admitted: true, service, headers: noHeaders })

const noHeaders = Object.freeze({})

/**
 * The same for one call, with what is left of the quota. That is made for this call alone and read by
 * no later decision: freezing it would take longer than the charge.
 */
export const admitCharged = (
  { service }: Admitted,
  quota: Quota,
  headers: Admitted['headers'],
): Admitted => Object.freeze({ admitted: true, service, headers, quota })

/** The verdict that a stage's refusal leads to. */
export const verdictOf = ({ code, ...details }: Refusal, quota?: Quota): Refused =>
  Object.freeze({
    admitted: false,
    kind: code === 'authorization_unavailable' ? 'unavailable' : 'refused',
    code,
    ...(details.retryAfter !== undefined && { retryAfter: details.retryAfter }),
    reply: replyOf(code, details),
    ...(quota && { quota }),
  })

/** The same refusal, left to whoever comes after. */
export const passOn = (refused: Refused): Refused => Object.freeze({ ...refused, passedOn: true })
