import type { ConfigurationProblem } from '../errors/configuration-error.js'
import type { M2MRequest } from '../http/request.js'
import { createProblems, throwProblems } from '../options/problems.js'
import type { Verdict } from '../pipeline/verdict.js'
import { type M2MOrOptions, readM2M } from './given-m2m.js'
import type { M2M } from './m2m.js'
import { type CheckedPlacement, type GuardPlacement, readPlacement } from './placement.js'
import { chargeBy, leaveVerdict, type Placement, type Slot, slotOf, writeSlot } from './slot.js'

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

const checkWith = (m2m: M2M, given: CheckedPlacement): Guard['check'] => {
  const { requiredScope, refusals, header } = given
  const placement: Placement = { m2m, mode: 'enforce', refusals, header }
  const check = (request: M2MRequest, before: Slot | undefined): Verdict | Promise<Verdict> => {
    if (before === undefined) return m2m.authenticate(request, given)
    if (before.service && before.m2m === m2m && before.header === header) {
      return m2m.authorizeScope(before.service, requiredScope, request)
    }
    // Behind another M2M's guard, or with another header: this one may have charged it already.
    const charged = chargeBy(m2m, before)
    return m2m.authenticate(request, charged ? { ...given, charged } : given)
  }
  return (request) => {
    const slot = slotOf(request)
    if (!slot?.refusal || slot.passedOn) return leaveVerdict(request, placement, check)
    // Whatever called this guard after a refusal: every guard on the way must admit.
    writeSlot(request, { ...slot, refusals })
    return slot.refusal
  }
}
