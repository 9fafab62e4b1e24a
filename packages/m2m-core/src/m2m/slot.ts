import type { ServicePrincipal } from '../decision/service-principal.js'
import { m2mError } from '../errors/m2m-error.js'
import { replyOf } from '../http/reply.js'
import type { Refused } from '../pipeline/verdict.js'
import type { M2M } from './m2m.js'

/** What a guard found out about a request. */
export interface Slot {
  readonly m2m: M2M
  /** Null when the guard refused the caller or passed a foreign token on. */
  readonly service: ServicePrincipal | null
  /** Why there is no service; what a later `requireOp` answers. */
  readonly refusal?: Refused
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

/** What is answered where no guard ran. */
export const guardMissing: Refused = Object.freeze({
  admitted: false,
  kind: 'refused',
  code: 'M2M_CFG_GUARD_MISSING',
  reply: replyOf('M2M_CFG_GUARD_MISSING'),
})

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
