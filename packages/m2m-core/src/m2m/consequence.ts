import type { ServicePrincipal } from '../decision/service-principal.js'
import type { Reply } from '../http/reply.js'
import type { M2MRequest } from '../http/request.js'
import type { Admitted, Verdict } from '../pipeline/verdict.js'
import { quotaHeaders } from '../quota/quota-headers.js'
import { errorOf, type Slot, slotOf } from './slot.js'

/** What an adapter asks about a request, and how. */
export interface RequestGuard<View> {
  /** `raw` is Node's own request, `view` the framework's. No verdict lets the request go on. */
  check(raw: M2MRequest, view: View): Found | Promise<Found>
  /** How this guard wants refusals; undefined: as the innermost `m2mAuth`. */
  readonly refusals?: 'reply' | 'throw'
  /** The request property that gets a courtesy copy of the service; undefined: none. */
  readonly property?: string
}

type Found = Verdict | undefined

/** What an adapter is to do about a request. A plain value when nothing has to be awaited. */
export const consequenceFor = <View>(
  guard: RequestGuard<View>,
  raw: M2MRequest,
  view: View,
): Consequence | Promise<Consequence> => {
  const found = guard.check(raw, view)
  return found instanceof Promise
    ? found.then((late) => consequenceOf(late, raw, guard.refusals))
    : consequenceOf(found, raw, guard.refusals)
}

/** What an adapter does about a verdict: with neither error nor reply the request goes on. */
export interface Consequence {
  /** For the framework, under `refusals: 'throw'`. The guard is done. */
  readonly error: Error | undefined
  /** To be written as it is. The chain ends there. */
  readonly reply: Reply | undefined
  /** For the response that is to come. */
  readonly headers: Readonly<Record<string, string>>
  /** For the courtesy copy: the service that is admitted by now, undefined for nobody. */
  readonly service: ServicePrincipal | undefined
}

/**
 * What follows from a verdict on a request; from none, that it goes on. `refusals` is how the guard
 * itself wants them, else the innermost `m2mAuth` says.
 */
export const consequenceOf = (
  verdict: Verdict | undefined,
  request: object,
  refusals?: Slot['refusals'],
): Consequence => {
  const slot = slotOf(request)
  const service = slot?.service ?? undefined
  if (verdict?.admitted) return goesOn(headersFor(verdict, slot), service)
  if (verdict === undefined || verdict.passedOn) return goesOn(noHeaders, service)
  // Without a guard they are answered.
  return (refusals ?? slot?.refusals) === 'throw'
    ? { ...goesOn(noHeaders, service), error: errorOf(verdict) }
    : { ...goesOn(noHeaders, service), reply: verdict.reply }
}

const goesOn = (headers: Consequence['headers'], service: Consequence['service']): Consequence => ({
  error: undefined,
  reply: undefined,
  headers,
  service,
})

/** A check of an operation knows nothing of what the one before it charged. */
const headersFor = ({ quota, headers }: Admitted, slot: Slot | undefined): Admitted['headers'] =>
  quota === undefined || slot?.quota === undefined || slot.quota === quota
    ? headers
    : quotaHeaders(slot.quota)

const noHeaders = Object.freeze({})
