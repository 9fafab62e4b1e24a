import type { ServicePrincipal } from '../decision/service-principal.js'
import type { M2MCode } from '../errors/codes.js'
import { isConfigurationError } from '../errors/configuration-error.js'
import { m2mError } from '../errors/m2m-error.js'
import { throwAsError } from '../errors/throw-as-error.js'
import { replyOf } from '../http/reply.js'
import type { ChargedRequest } from '../pipeline/authenticate.js'
import type { Admitted, Refused, Verdict } from '../pipeline/verdict.js'
import type { Quota } from '../quota/quota.js'
import type { M2M } from './m2m.js'

/** What a guard found out about a request. */
export interface Slot extends Placement {
  /** Null when the guard refused the caller or passed a foreign token on. */
  readonly service: ServicePrincipal | null
  /** Why there is no service; what a later `requireOp` answers. */
  readonly refusal?: Refused | undefined
  /** Whether the guard left the request to whoever authenticates it next; no service then. */
  readonly passedOn?: true | undefined
  /** How the budgets stand that the request was charged to. */
  readonly quota?: Quota | undefined
  /** Whether the check that left the slot charged its service, so that `quota` is of that service. */
  readonly isCharged?: boolean | undefined
  /** Whom earlier guards on the request have charged for it, each once. */
  readonly charges?: readonly Charge[] | undefined
}

/** How the guard stands that left a slot. */
export interface Placement {
  readonly m2m: M2M
  readonly mode: 'enforce'
  /** How it wants refusals, its own and those of a `requireOp` after it. */
  readonly refusals: 'reply' | 'throw'
  /** The header that it reads. */
  readonly header?: string | undefined
}

/** A request that an M2M has charged to a service. */
export interface Charge extends ChargedRequest {
  readonly m2m: M2M
}

const slotKey: unique symbol = Symbol.for('m2m.request')

/**
 * Reads the slot of Node's own request. It is the only place where guards leave what they found:
 * properties like `req.service` are courtesy copies and never an input.
 */
export const slotOf = (request: object): Slot | undefined =>
  Object.hasOwn(request, slotKey) ? (request as { [slotKey]?: Slot })[slotKey] : undefined

/**
 * Writes the slot, over that of an outer guard if there is one. Hidden, so that no copy of the request
 * gets it: put back later, it would undo a refusal. Each write costs as much as half a decision, and more
 * where slots differ in shape.
 */
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
export const leaveVerdict = <Request extends object>(
  request: Request,
  placement: Placement,
  check: (request: Request, before: Slot | undefined) => Verdict | Promise<Verdict>,
): Verdict | Promise<Verdict> => {
  const before = slotOf(request)
  try {
    const verdict = check(request, before)
    if (verdict instanceof Promise) return leaveLate(request, placement, before, verdict)
    if (before === undefined || !saysNothingNew(verdict, placement, before, request)) {
      writeSlot(request, slotAfter(verdict, placement, before))
    }
    return verdict
  } catch (fault) {
    writeSlot(request, slotAfter(guardFailed, placement, before))
    return throwFault(fault)
  }
}

const leaveLate = (
  request: object,
  placement: Placement,
  before: Slot | undefined,
  awaited: Promise<Verdict>,
): Promise<Verdict> => {
  const closed = slotAfter(guardFailed, placement, before)
  writeSlot(request, closed)
  return awaited.then((verdict) => {
    const now = slotOf(request)
    if (now !== closed) return now?.refusal ?? guardFailed
    writeSlot(request, slotAfter(verdict, placement, before))
    return verdict
  }, throwFault)
}

/** What a check of an operation mostly comes to: it stands as the guard before it, whose slot it is given. */
const saysNothingNew = (
  verdict: Verdict,
  placement: Placement,
  before: Slot,
  request: object,
): boolean =>
  verdict.admitted &&
  verdict.quota === undefined &&
  verdict.service === before.service &&
  placement === before &&
  slotOf(request) === before

/** What is wrong with the set-up, such as a rule of the policy, is for the log: callers see none. */
const throwFault = (fault: unknown): never => {
  if (!isConfigurationError(fault)) return throwAsError(fault)
  throw Object.assign(errorOf(guardFailed), { cause: fault })
}

/** Every member each time and in this order: slots have one shape. */
const slotAfter = (
  verdict: Verdict,
  { m2m, mode, refusals, header }: Placement,
  before: Slot | undefined,
): Slot => ({
  m2m,
  mode,
  refusals,
  header,
  service: verdict.admitted ? verdict.service : null,
  refusal: verdict.admitted ? undefined : plainly(verdict),
  passedOn: verdict.admitted ? undefined : verdict.passedOn,
  quota: before?.m2m === m2m ? joined(before.quota, verdict.quota) : verdict.quota,
  isCharged: verdict.admitted && isChargedBy(verdict, before),
  charges: before && chargesIn(before),
})

/** What charged nothing itself, such as most checks of operations, stands by what was charged before. */
const isChargedBy = ({ service, quota }: Admitted, before: Slot | undefined): boolean =>
  quota?.service !== undefined ||
  (before?.isCharged === true &&
    before.service?.id === service.id &&
    before.service.issuer === service.issuer)

/** What is left of a refusal that was passed on is a plain one: no later guard may pass it on. */
const plainly = (refused: Refused): Refused => {
  if (!refused.passedOn) return refused
  const { passedOn, ...refusal } = refused
  return refusal
}

const joined = (earlier: Quota | undefined, latest: Quota | undefined): Quota | undefined =>
  earlier && latest ? { ...earlier, ...latest } : (latest ?? earlier)

/** Who was charged for the request so far: what earlier guards charged, and the one that left the slot. */
const chargesIn = (slot: Slot): readonly Charge[] | undefined => {
  const { m2m, service, quota, isCharged, charges } = slot
  if (!service || !quota || !isCharged) return charges
  const own: Charge = { m2m, service, quota }
  return charges ? [...charges.filter((one) => one.m2m !== m2m), own] : [own]
}

/** What an M2M has charged for the request, wherever on its way. */
export const chargeBy = (m2m: M2M, slot: Slot): Charge | undefined =>
  chargesIn(slot)?.find((charge) => charge.m2m === m2m)

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

/** The refusal as the branded error that `refusals: 'throw'` gives to the framework. */
export const errorOf = ({ code, reply }: Refused): Error => m2mError(code, reply)
