import type { ServicePrincipal } from '../decision/service-principal.js'
import { printable, quote } from '../errors/quote.js'
import { type M2MRequest, pathOf } from '../http/request.js'
import { createProblems, type Problems, throwProblems } from '../options/problems.js'
import type { Refused, Verdict } from '../pipeline/verdict.js'
import type { Lazily } from '../pipeline/when-known.js'
import { parseOperation } from '../policy/operation.js'
import type { Context, ResourceInput } from '../policy/resource.js'
import { isJsonObject } from '../token/compact.js'
import { aCost, isCost } from './cost.js'
import { guardMissing, leaveVerdict, type Slot, slotOf } from './slot.js'

/** What a route's operation depends on, from the framework's own view of the request. */
export interface OperationOptions<View> {
  /**
   * The resource the operation is about; its type is the operation's. May be async. Is given the
   * calling service, since `getService` knows nobody while a decision is awaited.
   */
  readonly resource?: (
    view: View,
    service: ServicePrincipal,
  ) => ResourceInput | PromiseLike<ResourceInput | undefined> | undefined
  /** What else conditions may look at, as `context.*`. May be async; is given the same. */
  readonly context?: (
    view: View,
    service: ServicePrincipal,
  ) => Context | PromiseLike<Context | undefined> | undefined
  /**
   * How many calls the operation takes of the service's quota, and of its own; 1 to 1 000 000. Charged
   * once it is permitted, before the handler. @defaultValue 1
   */
  readonly cost?: number
}

/** `requireOp` without a framework. */
export type OperationGuard<View> = (request: M2MRequest, view: View) => Verdict | Promise<Verdict>

/**
 * Makes what an adapter's `requireOp` runs for each request: the decision on what an `m2mAuth`
 * before it left in the slot. Without one every request is answered 500, never let through.
 *
 * @throws ConfigurationError with every problem at once; `M2M_CFG_OPERATION_INVALID` for one that
 *   is no operation
 */
export const createOperationGuard = <View>(
  operation: string,
  options: OperationOptions<View> = {},
): OperationGuard<View> => {
  const problems = createProblems()
  if (!parseOperation(operation)) {
    const message = `expected an operation like "transfers:create", got ${quote(operation)}; wildcards are for claims and policies`
    problems.add('M2M_CFG_OPERATION_INVALID', 'operation', message)
  }
  const { resource, context, cost } = readOperationOptions(options, problems)
  throwProblems(problems.found)
  let isAnnounced = false
  const refuseUnguarded = (request: M2MRequest): Refused => {
    if (!isAnnounced) process.emitWarning(missingGuard(operation, request), missingGuardWarning)
    isAnnounced = true
    return guardMissing
  }
  return (request, view) => {
    const slot = slotOf(request)
    if (!slot) return refuseUnguarded(request)
    const { service, refusal, m2m } = slot
    if (slot.passedOn) return refusePassedOn(request, slot)
    if (!service) return refusal ?? guardMissing
    return leaveVerdict(request, slot, () => {
      const about = bind(resource, view, service)
      const within = bind(context, view, service)
      return m2m.authorize(service, operation, about, within, request, cost)
    })
  }
}

/** Nobody has recorded yet that this request has no service; asking again does. */
const refusePassedOn = (request: M2MRequest, slot: Slot): Refused | Promise<Refused> => {
  const { m2m, header, refusal = guardMissing } = slot
  // An answer of "admitted" now would skip the decision.
  const close = (verdict: Verdict): Refused => (verdict.admitted ? refusal : verdict)
  const verdict = m2m.authenticate(request, { header })
  const closing = verdict instanceof Promise ? verdict.then(close) : close(verdict)
  return leaveVerdict(request, slot, () => closing) as Refused | Promise<Refused>
}

const readOperationOptions = <View>(
  options: OperationOptions<View>,
  problems: Problems,
): OperationOptions<View> => {
  if (!problems.expect(isJsonObject(options), 'options', 'an object', options)) return {}
  problems.unknown(options, ['resource', 'context', 'cost'], '')
  const isRightCost = options.cost === undefined || isCost(options.cost)
  problems.expect(isRightCost, 'cost', aCost, options.cost)
  for (const name of ['resource', 'context'] as const) {
    const isRight = options[name] === undefined || typeof options[name] === 'function'
    problems.expect(isRight, name, 'a function of the request', options[name])
  }
  return options
}

const bind = <View, T>(
  ask:
    | ((view: View, service: ServicePrincipal) => T | PromiseLike<T | undefined> | undefined)
    | undefined,
  view: View,
  service: ServicePrincipal,
): Lazily<T> => ask && (() => ask(view, service))

const missingGuardWarning = { type: 'M2M', code: 'M2M_CFG_GUARD_MISSING' }
const missingGuard = (operation: string, request: M2MRequest): string =>
  `requireOp('${operation}') found no m2mAuth before it on ${request.method} ` +
  `${printable(pathOf(request), 256)} and refuses all requests; mount m2mAuth first`
