import { printable } from '../errors/quote.js'
import { type M2MRequest, pathOf } from '../http/request.js'
import { createProblems, throwProblems } from '../options/problems.js'
import type { Refused } from '../pipeline/verdict.js'
import { isJsonObject } from '../token/compact.js'
import { type M2MOrOptions, readM2M } from './given-m2m.js'
import { claimsMissing } from './slot.js'

/** How `rejectM2M` stands in its framework. */
export interface UserGuardPlacement<View> {
  /** What user auth verified: the claims of the token, from the framework's view of the request. */
  readonly claims: (view: View) => unknown
  /** As for `m2mAuth`. @defaultValue `'reply'` */
  readonly refusals?: 'reply' | 'throw'
}

/** The options of `rejectM2M`: those of `createM2M`, or an M2M made before. */
export type UserGuardOptions<View> = UserGuardPlacement<View> & M2MOrOptions

/** `rejectM2M` without a framework. */
export interface UserGuard<View> {
  readonly refusals: 'reply' | 'throw'
  /** Undefined for users. What `claims` throws goes up unchanged. */
  check(request: M2MRequest, view: View): Refused | undefined
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
  return Object.freeze({
    refusals,
    check: (request: M2MRequest, view: View) => {
      const found = claims(view)
      return isJsonObject(found) ? rejectService(found, request) : refuseUnknown(request)
    },
  })
}

const noClaimsWarning = { type: 'M2M', code: 'M2M_CFG_CLAIMS_MISSING' }
const noClaims = (request: M2MRequest): string =>
  `rejectM2M got no claims on ${request.method} ${printable(pathOf(request), 256)} and refuses ` +
  'what it cannot tell; mount it after user auth, which must not admit anybody without a token'
