import { IncomingMessage } from 'node:http'
import type { M2MRequest } from '../http/request.js'
import type { M2MOptions } from '../options/options.js'
import { createProblems, type Problems, throwProblems } from '../options/problems.js'
import { placementNames, readOptions, type Settings } from '../options/read-options.js'
import type { Verdict } from '../pipeline/verdict.js'
import { parseRequiredScope, type RequiredScope } from '../scope/scope-requirement.js'
import { assembleM2M } from './create-m2m.js'
import type { M2M } from './m2m.js'
import { leaveVerdict, type Slot, slotOf, writeSlot } from './slot.js'

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

/** Names that belong to Node, the frameworks or user auth. */
const takenProperties = new Set(
  'auth user secure xhr fresh stale subdomains baseUrl next route range accepts get header is body params query headers rawHeaders method url originalUrl path ip protocol host hostname cookies session socket connection client app res log id raw server'.split(
    ' ',
  ),
)
const propertyName = /^[a-zA-Z]\w*$/

/**
 * Makes what an adapter's `m2mAuth` runs for each request.
 *
 * @throws ConfigurationError with every problem of all options at once
 */
export const createGuard = (options: GuardOptions): Guard => {
  const { requiredScope, refusals = 'reply', property = 'service', ...rest } = options ?? {}
  const problems = createProblems()
  const scope = copyOf(requiredScope)
  const parsed = parseRequiredScope(scope)
  if ('code' in parsed) problems.add(parsed.code, parsed.path, parsed.message)
  const isKnown = refusals === 'reply' || refusals === 'throw'
  problems.expect(isKnown, 'refusals', '"reply" or "throw"', refusals)
  const isName = typeof property === 'string' && propertyName.test(property)
  const isFree =
    isName && !takenProperties.has(property) && !(property in IncomingMessage.prototype)
  problems.expect(isFree, 'property', 'a name that nothing else on requests has', property)
  const settings = 'm2m' in rest ? undefined : readOptions(rest as M2MOptions, problems)
  const given = 'm2m' in rest ? checkGiven(rest, problems) : undefined
  throwProblems(problems.found)
  const m2m = given ?? assembleM2M(settings as Settings)
  return Object.freeze({ property, check: checkWith(m2m, scope, refusals) })
}

/** The caller's own list may change later. */
const copyOf = (requiredScope: RequiredScope): RequiredScope => {
  if (Array.isArray(requiredScope)) return Object.freeze([...requiredScope])
  const any = typeof requiredScope === 'object' && requiredScope !== null && 'any' in requiredScope
  return any && Array.isArray(requiredScope.any)
    ? Object.freeze({ any: Object.freeze([...requiredScope.any]) })
    : requiredScope
}

const checkGiven = (rest: { readonly m2m: M2M }, problems: Problems): M2M => {
  const { m2m } = rest
  const isM2M = [m2m?.authenticate, m2m?.authorize, m2m?.authorizeScope].every(
    (method) => typeof method === 'function',
  )
  const hint = m2m === undefined ? ' (is it used before it is made?)' : ''
  problems.expect(isM2M, 'm2m', `what createM2M() returns${hint}`, m2m)
  problems.unknown(rest, ['m2m'], '', placementNames)
  return m2m
}

const checkWith =
  (m2m: M2M, requiredScope: RequiredScope, refusals: Slot['refusals']): Guard['check'] =>
  (request) => {
    const slot = slotOf(request)
    // Whatever called this guard after a refusal: every guard on the way must admit.
    if (slot?.refusal) {
      writeSlot(request, { ...slot, refusals })
      return slot.refusal
    }
    return leaveVerdict(request, { m2m, mode: 'enforce', refusals }, () =>
      slot?.service && slot.m2m === m2m
        ? m2m.authorizeScope(slot.service, requiredScope, request)
        : m2m.authenticate(request, { requiredScope }),
    )
  }
