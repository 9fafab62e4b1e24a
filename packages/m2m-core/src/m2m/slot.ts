import type { ServicePrincipal } from '../decision/service-principal.js'
import type { M2MCode } from '../errors/codes.js'
import { m2mError } from '../errors/m2m-error.js'
import { throwAsError } from '../errors/throw-as-error.js'
import { replyOf } from '../http/reply.js'
import type { Refused, Verdict } from '../pipeline/verdict.js'
import type { M2M } from './m2m.js'

/** What a guard found out about a request. */
export interface Slot {
  readonly m2m: M2M
  /** Null when the guard refused the caller or passed a foreign token on. */
  readonly service: ServicePrincipal | null
  /** Why there is no service; what a later `requireOp` answers. */
  readonly refusal?: Refused
  /** Whether the guard left the request to whoever authenticates it next; no service then. */
  readonly passedOn?: true
  /** The header that the guard reads. */
  readonly header?: string | undefined
  readonly mode: 'enforce'
  /** How the guard's placement wants refusals, its own and those of a `requireOp` after it. */
  readonly refusals: 'reply' | 'throw'
}

const slotKey = Symbol.for('m2m.request')

/**
 * Reads the slot of Node's own request. It is the only place where guards leave what they found:
 * properties like `req.service` are courtesy copies and never an input.
 */
export const slotOf = (request: object): Slot | undefined => {
  const descriptor = Object.getOwnPropertyDescriptor(request, slotKey)
  return descriptor?.value as Slot | undefined
}

/** Writes the slot, over that of an outer guard if there is one. */
export const writeSlot = (request: object, slot: Slot): void => {
  Object.defineProperty(request, slotKey, { value: Object.freeze(slot), configurable: true })
}

const answer500 = (code: M2MCode): Refused =>
  Object.freeze({ admitted: false, kind: 'refused', code, reply: replyOf(code) })

/** What is answered where no guard ran. */
export const guardMissing: Refused = answer500('M2M_CFG_GUARD_MISSING')

/** What is answered where user auth left no claims to look at. */
export const claimsMissing: Refused = answer500('M2M_CFG_CLAIMS_MISSING')

/** What is answered on a route that does not say, or not clearly, what it needs. */
export const routeUndeclared: Refused = answer500('route_undeclared')

/** What is answered after a guard failed and something let the request go on all the same. */
const guardFailed: Refused = answer500('authorization_failed')

/**
 * Leaves in the slot what a check came to, and closes the request for every later check when it
 * did not admit: an error middleware that carries on must not undo a refusal or a fault. While a
 * check is awaited nobody is admitted, and a late "yes" opens nothing that was closed meanwhile.
 */
export const leaveVerdict = (
  request: object,
  { m2m, mode, refusals, header }: Placement,
  check: () => Verdict | Promise<Verdict>,
): Verdict | Promise<Verdict> => {
  const placement: Placement = { m2m, mode, refusals, header }
  const closed: Slot = { ...placement, service: null, refusal: guardFailed }
  const note = (verdict: Verdict): Verdict => {
    writeSlot(request, { ...placement, ...foundBy(verdict) })
    return verdict
  }
  const noteLate = (verdict: Verdict): Verdict => {
    const now = slotOf(request)
    return now === closed ? note(verdict) : (now?.refusal ?? guardFailed)
  }
  try {
    const verdict = check()
    if (!(verdict instanceof Promise)) return note(verdict)
    writeSlot(request, closed)
    return verdict.then(noteLate, throwAsError)
  } catch (fault) {
    writeSlot(request, closed)
    return throwAsError(fault)
  }
}

type Placement = Pick<Slot, 'm2m' | 'mode' | 'refusals' | 'header'>

/** What is left of a refusal that was passed on is a plain one: no later guard may pass it on. */
const foundBy = (verdict: Verdict): Pick<Slot, 'service' | 'refusal' | 'passedOn'> => {
  if (verdict.admitted) return { service: verdict.service }
  if (!verdict.passedOn) return { service: null, refusal: verdict }
  const { passedOn, ...refusal } = verdict
  return { service: null, refusal, passedOn }
}

/** How the innermost guard on this request wants refusals; without one they are answered. */
export const refusalsOf = (request: object): Slot['refusals'] =>
  slotOf(request)?.refusals ?? 'reply'

/**
 * The service that the guards before this handler admitted.
 *
 * @throws M2MError `M2M_CFG_GUARD_MISSING` when no guard ran, the refusal's code when it refused
 */
export const serviceOf = (request: object): ServicePrincipal => {
  const slot = slotOf(request)
  if (slot?.service) return slot.service
  throw errorOf(slot?.refusal ?? guardMissing)
}

/** The refusal as the branded error that `refusals: 'throw'` gives to the framework. */
export const errorOf = ({ code, reply }: Refused): Error => m2mError(code, reply)
