import type { ServicePrincipal } from '../decision/service-principal.js'
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
