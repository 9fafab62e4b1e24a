import type { ConfigurationProblem } from '../errors/configuration-error.js'
import type { M2MRequest } from '../http/request.js'
import { createProblems, throwProblems } from '../options/problems.js'
import type { Verdict } from '../pipeline/verdict.js'
import { type M2MOrOptions, readM2M } from './given-m2m.js'
import type { M2M } from './m2m.js'
import { type CheckedPlacement, type GuardPlacement, readPlacement } from './placement.js'
import { type Charge, leaveVerdict, type Slot, slotOf, writeSlot } from './slot.js'

/** The options of `m2mAuth`: those of `createM2M`, or an M2M made before. */
export type GuardOptions = GuardPlacement & M2MOrOptions

/** `m2mAuth` without a framework. */
export interface Guard {
  readonly property: string
  /**
   * Authenticates Node's own request and leaves what it found in the slot. A verdict with
   * `passedOn` lets the request go on, without a service.
   */
  check(request: M2MRequest): Verdict | Promise<Verdict>
}

/**
 * Makes what an adapter's `m2mAuth` runs for each request. `alsoWrong` is what an adapter found in
 * options of its own.
 *
 * @throws ConfigurationError with every problem of all options at once
 */
export const createGuard = (
  options: GuardOptions,
  alsoWrong: readonly ConfigurationProblem[] = [],
): Guard => {
  const {
    requiredScope,
    refusals,
    property,
    header,
    onForeignToken,
    onNoCredential,
    ...rest
  }: GuardOptions = options ?? {}
  const given = { requiredScope, refusals, property, header, onForeignToken, onNoCredential }
  const problems = createProblems()
  const placement = readPlacement(given as GuardPlacement, problems)
  const m2m = readM2M(rest, problems)
  throwProblems([...alsoWrong, ...problems.found])
  return Object.freeze({ property: placement.property, check: checkWith(m2m(), placement) })
}

/** Behind another M2M's guard, or with another header: this one may have charged the request already. */
const chargeOf = (slot: Slot | undefined, m2m: M2M): Charge | undefined =>
  slot?.charges?.find((charge) => charge.m2m === m2m)

const checkWith = (m2m: M2M, placement: CheckedPlacement): Guard['check'] => {
  const { requiredScope, refusals, header } = placement
  return (request) => {
    const slot = slotOf(request)
    // Whatever called this guard after a refusal: every guard on the way must admit.
    if (slot?.refusal && !slot.passedOn) {
      writeSlot(request, { ...slot, refusals })
      return slot.refusal
    }
    return leaveVerdict(request, { m2m, mode: 'enforce', refusals, header }, () => {
      if (slot?.service && slot.m2m === m2m && slot.header === header) {
        return m2m.authorizeScope(slot.service, requiredScope, request)
      }
      const charged = chargeOf(slot, m2m)
      return m2m.authenticate(request, charged ? { ...placement, charged } : placement)
    })
  }
}
