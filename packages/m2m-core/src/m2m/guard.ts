import type { ServicePrincipal } from '../decision/service-principal.js'
import { ConfigurationError } from '../errors/configuration-error.js'
import { m2mError } from '../errors/m2m-error.js'
import { printable, quote } from '../errors/quote.js'
import { replyOf } from '../http/reply.js'
import { type M2MRequest, pathOf } from '../http/request.js'
import type { M2MOptions } from '../options/options.js'
import { createProblems } from '../options/problems.js'
import { readOptions, type Settings } from '../options/read-options.js'
import type { Lazily } from '../pipeline/authorize.js'
import type { Refused, Verdict } from '../pipeline/verdict.js'
import { parseOperation } from '../policy/operation.js'
import type { Context, ResourceInput } from '../policy/resource.js'
import { parseRequiredScope, type RequiredScope } from '../scope/scope-requirement.js'
import { assembleM2M, throwProblems } from './create-m2m.js'
import type { M2M } from './m2m.js'
import { type Slot, slotOf, writeSlot } from './slot.js'

/** How a guard stands in its framework. */
export interface GuardPlacement {
  /** What callers need; `null` says in words that no scope is required. */
  readonly requiredScope: RequiredScope
  /**
   * `'reply'`: the guard answers refusals itself and the chain ends there. `'throw'`: the framework
   * gets the branded error instead. @defaultValue `'reply'`
   */
  readonly refusals?: 'reply' | 'throw'
  /** The request property that gets a courtesy copy of the service. @defaultValue `'service'` */
  readonly property?: string
}

/** The options of `m2mAuth`: those of `createM2M`, or an M2M made before. */
export type GuardOptions = GuardPlacement & (M2MOptions | { readonly m2m: M2M })

/** `m2mAuth` without a framework. */
export interface Guard {
  readonly property: string
  /** Authenticates Node's own request and leaves what it found in the slot. */
  check(request: M2MRequest): Verdict | Promise<Verdict>
}

const takenProperties = ['auth', 'user', '__proto__']

/**
 * Makes what an adapter's `m2mAuth` runs for each request.
 *
 * @throws ConfigurationError with every problem of all options at once
 */
export const createGuard = (options: GuardOptions): Guard => {
  const { requiredScope, refusals = 'reply', property = 'service', ...rest } = options ?? {}
  const problems = createProblems()
  const given = 'm2m' in rest ? rest.m2m : undefined
  const parsed = parseRequiredScope(requiredScope)
  if ('code' in parsed) problems.add(parsed.code, parsed.path, parsed.message)
  const isKnown = refusals === 'reply' || refusals === 'throw'
  problems.expect(isKnown, 'refusals', '"reply" or "throw"', refusals)
  const isFree = typeof property === 'string' && !takenProperties.includes(property)
  problems.expect(isFree, 'property', 'a name that user auth does not use', property)
  const settings = given === undefined ? readOptions(rest as M2MOptions, problems) : undefined
  if (given !== undefined) {
    problems.expect(typeof given?.authenticate === 'function', 'm2m', 'an M2M', given)
    problems.unknown(rest, ['m2m'], '')
  }
  throwProblems(problems.found)
  const m2m = given ?? assembleM2M(settings as Settings)
  return Object.freeze({ property, check: checkWith(m2m, requiredScope, refusals) })
}

const checkWith =
  (m2m: M2M, requiredScope: RequiredScope, refusals: Slot['refusals']): Guard['check'] =>
  (request) => {
    const slot = slotOf(request)
    const isSame = slot?.m2m === m2m
    if (isSame && slot.refusal) return slot.refusal
    const verdict =
      isSame && slot.service
        ? m2m.authorizeScope(slot.service, requiredScope, request)
        : m2m.authenticate(request, { requiredScope })
    const note = (known: Verdict): Verdict => {
      writeSlot(
        request,
        known.admitted
          ? { m2m, service: known.service, mode: 'enforce', refusals }
          : { m2m, service: null, refusal: known, mode: 'enforce', refusals },
      )
      return known
    }
    return verdict instanceof Promise ? verdict.then(note) : note(verdict)
  }

/** What a route's operation depends on, from the framework's own view of the request. */
export interface OperationOptions<View> {
  /** The resource the operation is about; its type is the operation's. May be async. */
  readonly resource?: (
    view: View,
  ) => ResourceInput | PromiseLike<ResourceInput | undefined> | undefined
  /** What else conditions may look at, as `context.*`. May be async. */
  readonly context?: (view: View) => Context | PromiseLike<Context | undefined> | undefined
}

/** `requireOp` without a framework. */
export type OperationGuard<View> = (request: M2MRequest, view: View) => Verdict | Promise<Verdict>

/**
 * Makes what an adapter's `requireOp` runs for each request: the decision on what an `m2mAuth`
 * before it left in the slot. Without one every request is answered 500, never let through.
 *
 * @throws ConfigurationError `M2M_CFG_OPERATION_INVALID`
 */
export const createOperationGuard = <View>(
  operation: string,
  { resource, context }: OperationOptions<View> = {},
): OperationGuard<View> => {
  if (!parseOperation(operation)) {
    const message = `expected an operation like "transfers:create", got ${quote(operation)}; wildcards are for claims and policies`
    throw new ConfigurationError([
      { code: 'M2M_CFG_OPERATION_INVALID', path: 'operation', message },
    ])
  }
  let isAnnounced = false
  const refuseUnguarded = (request: M2MRequest): Refused => {
    if (!isAnnounced) process.emitWarning(missingGuard(operation, request), missingGuardWarning)
    isAnnounced = true
    return guardMissing
  }
  return (request, view) => {
    const slot = slotOf(request)
    if (!slot) return refuseUnguarded(request)
    if (!slot.service) return slot.refusal ?? guardMissing
    const asked = [bind(resource, view), bind(context, view)] as const
    return slot.m2m.authorize(slot.service, operation, ...asked, request)
  }
}

const bind = <View, T>(
  ask: ((view: View) => T | PromiseLike<T | undefined> | undefined) | undefined,
  view: View,
): Lazily<T> => ask && (() => ask(view))

const guardMissing: Refused = Object.freeze({
  admitted: false,
  kind: 'refused',
  code: 'M2M_CFG_GUARD_MISSING',
  reply: replyOf('M2M_CFG_GUARD_MISSING'),
})

const missingGuardWarning = { type: 'M2M', code: 'M2M_CFG_GUARD_MISSING' }
const missingGuard = (operation: string, request: M2MRequest): string =>
  `requireOp('${operation}') found no m2mAuth before it on ${request.method} ` +
  `${printable(pathOf(request) ?? '', 256)} and refuses all requests; mount m2mAuth first`

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
