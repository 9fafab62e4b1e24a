import { printable } from '../errors/quote.js'
import { throwAsError } from '../errors/throw-as-error.js'
import { type M2MRequest, pathOf } from '../http/request.js'
import { createProblems, throwProblems } from '../options/problems.js'
import type { Refused } from '../pipeline/verdict.js'
import { whenKnown } from '../pipeline/when-known.js'
import { isJsonObject, type JsonObject } from '../token/compact.js'
import { type M2MOrOptions, readM2M } from './given-m2m.js'
import { claimsMissing } from './slot.js'

/** How `rejectM2M` stands in its framework. */
export interface UserGuardPlacement<View> {
  /**
   * What user auth verified: the claims of the token, from the framework's view of the request. May
   * be async. An object without any registered claim (RFC 7519 §4.1) is taken for none.
   */
  readonly claims: (view: View) => unknown
  /** As for `m2mAuth`. @defaultValue `'reply'` */
  readonly refusals?: 'reply' | 'throw'
}

/** The options of `rejectM2M`: those of `createM2M`, or an M2M made before. */
export type UserGuardOptions<View> = UserGuardPlacement<View> & M2MOrOptions

/** `rejectM2M` without a framework. */
export interface UserGuard<View> {
  readonly refusals: 'reply' | 'throw'
  /** Undefined for users. What `claims` throws goes up unchanged, if it is an object. */
  check(request: M2MRequest, view: View): Refused | undefined | Promise<Refused | undefined>
}

/**
 * Makes what an adapter's `rejectM2M` runs for each request: the guard of routes for users, after
 * user auth. Reads no header: a token that user auth took from a query or cookie is covered too.
 *
 * @throws ConfigurationError with every problem of all options at once
 */
export const createUserGuard = <View>(options: UserGuardOptions<View>): UserGuard<View> => {
  const { claims, refusals = 'reply', ...rest } = options ?? {}
  const problems = createProblems()
  const expected = 'a function that returns what user auth verified'
  problems.expect(typeof claims === 'function', 'claims', expected, claims)
  const isKnown = refusals === 'reply' || refusals === 'throw'
  problems.expect(isKnown, 'refusals', '"reply" or "throw"', refusals)
  const m2m = readM2M(rest as M2MOrOptions, problems)
  throwProblems(problems.found)
  const { rejectService } = m2m()
  let isAnnounced = false
  const refuseUnknown = (request: M2MRequest): Refused => {
    if (!isAnnounced) process.emitWarning(noClaims(request), noClaimsWarning)
    isAnnounced = true
    return claimsMissing
  }
  const judge = (found: unknown, request: M2MRequest): Refused | undefined =>
    isClaims(found) ? rejectService(found, request) : refuseUnknown(request)
  const check: UserGuard<View>['check'] = (request, view) => {
    try {
      const refused = whenKnown(
        () => claims(view),
        (found) => judge(found, request),
      )
      return refused instanceof Promise ? refused.catch(throwAsError) : refused
    } catch (fault) {
      return throwAsError(fault)
    }
  }
  return Object.freeze({ refusals, check })
}

const registeredClaims = ['iss', 'sub', 'aud', 'exp', 'nbf', 'iat', 'jti']
/** Not what merely holds the claims, such as the whole of what user auth left on the request. */
const isClaims = (found: unknown): found is JsonObject =>
  isJsonObject(found) && registeredClaims.some((name) => Object.hasOwn(found, name))

const noClaimsWarning = { type: 'M2M', code: 'M2M_CFG_CLAIMS_MISSING' }
const noClaims = (request: M2MRequest): string =>
  `rejectM2M got no claims on ${request.method} ${printable(pathOf(request), 256)} and refuses ` +
  'what it cannot tell; mount it after user auth, which must not admit anybody without a token'
