import type { ServicePrincipal } from '../decision/service-principal.js'
import type { M2MCode } from '../errors/codes.js'
import { isConfigurationError } from '../errors/configuration-error.js'
import { m2mError } from '../errors/m2m-error.js'
import { throwAsError } from '../errors/throw-as-error.js'
import { type Reply, replyOf } from '../http/reply.js'
import type { ChargedRequest } from '../pipeline/authenticate.js'
import type { Refused, Verdict } from '../pipeline/verdict.js'
import type { Quota } from '../quota/quota.js'
import { quotaHeaders } from '../quota/quota-headers.js'
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
  /** How the budgets stand that the request was charged to. */
  readonly quota?: Quota
  /** Who was charged for the request, by which M2M: each once. */
  readonly charges?: readonly Charge[]
  readonly mode: 'enforce'
  /** How the guard's placement wants refusals, its own and those of a `requireOp` after it. */
  readonly refusals: 'reply' | 'throw'
}

/** A request that an M2M has charged to a service. */
export interface Charge extends ChargedRequest {
  readonly m2m: M2M
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
  const before = slotOf(request)
  const closed: Slot = { ...placement, service: null, refusal: guardFailed }
  const note = (verdict: Verdict): Verdict => {
    writeSlot(request, { ...placement, ...foundBy(verdict), ...chargedBy(verdict, m2m, before) })
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
    return verdict.then(noteLate, throwFault)
  } catch (fault) {
    writeSlot(request, closed)
    return throwFault(fault)
  }
}

/** What is wrong with the set-up, such as a rule of the policy, is for the log: callers see none. */
const throwFault = (fault: unknown): never => {
  if (!isConfigurationError(fault)) return throwAsError(fault)
  throw Object.assign(errorOf(guardFailed), { cause: fault })
}

type Placement = Pick<Slot, 'm2m' | 'mode' | 'refusals' | 'header'>

/** What is left of a refusal that was passed on is a plain one: no later guard may pass it on. */
const foundBy = (verdict: Verdict): Pick<Slot, 'service' | 'refusal' | 'passedOn'> => {
  if (verdict.admitted) return { service: verdict.service }
  if (!verdict.passedOn) return { service: null, refusal: verdict }
  const { passedOn, ...refusal } = verdict
  return { service: null, refusal, passedOn }
}

/** What earlier checks charged stays known, also to a guard of the same M2M behind another's. */
const chargedBy = (
  verdict: Verdict,
  m2m: M2M,
  before: Slot | undefined,
): Pick<Slot, 'quota' | 'charges'> => {
  if (verdict.quota === undefined && before === undefined) return nothingCharged
  const { charges = [] } = before ?? {}
  const earlier = before?.m2m === m2m ? before.quota : undefined
  if (verdict.quota === undefined) {
    return { ...(earlier && { quota: earlier }), ...(charges.length > 0 && { charges }) }
  }
  const { quota: latest } = verdict
  const quota: Quota = earlier ? { ...earlier, ...latest } : latest
  if (!verdict.admitted || !latest.service) return { quota, charges }
  const { service } = verdict
  return { quota, charges: [...charges.filter((one) => one.m2m !== m2m), { m2m, service, quota }] }
}

const nothingCharged = Object.freeze({})

/** How the innermost guard on this request wants refusals; without one they are answered. */
const refusalsOf = (request: object): Slot['refusals'] => slotOf(request)?.refusals ?? 'reply'

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

/** The same, and undefined when there is none. */
export const findServiceOf = (request: object): ServicePrincipal | undefined =>
  slotOf(request)?.service ?? undefined

/** How the budgets stand that the request was charged to; undefined where nobody limits its service. */
export const quotaOf = (request: object): Quota | undefined => slotOf(request)?.quota

/** What an adapter does about a verdict: with neither error nor reply the request goes on. */
export interface Consequence {
  /** For the framework, under `refusals: 'throw'`. The guard is done. */
  readonly error?: Error
  /** To be written as it is. The chain ends there. */
  readonly reply?: Reply
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
  refusals: Slot['refusals'] = refusalsOf(request),
): Consequence => {
  const service = findServiceOf(request)
  if (verdict?.admitted) {
    // A check of an operation knows nothing of what the one before it charged.
    const quota = verdict.quota && slotOf(request)?.quota
    const isAll = quota === undefined || quota === verdict.quota
    return { headers: isAll ? verdict.headers : quotaHeaders(quota), service }
  }
  if (verdict === undefined || verdict.passedOn) return { headers: noHeaders, service }
  return refusals === 'throw'
    ? { error: errorOf(verdict), headers: noHeaders, service }
    : { reply: verdict.reply, headers: noHeaders, service }
}

const noHeaders = Object.freeze({})

/** The refusal as the branded error that `refusals: 'throw'` gives to the framework. */
const errorOf = ({ code, reply }: Refused): Error => m2mError(code, reply)
