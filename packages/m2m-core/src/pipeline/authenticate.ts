import { checkOneToken, readBearer } from '../credential/read-bearer.js'
import type { ServicePrincipal } from '../decision/service-principal.js'
import type { M2MCause } from '../errors/causes.js'
import { isRefusal, type Refusal } from '../errors/refusal.js'
import type { M2MRequest } from '../http/request.js'
import { identify, type ServiceIssuer } from '../principal/identify.js'
import type { Quota } from '../quota/quota.js'
import { checkScope, type ScopeRequirement } from '../scope/scope-requirement.js'
import { findForeign } from '../token/find-foreign.js'
import { type VerifiedToken, verifyToken } from '../token/verify-token.js'
import { beginCall, type Call } from './call.js'
import { type Caller, checkCaller, checkCallerAnew } from './caller.js'
import { chargeRequest } from './charge.js'
import { conclude, type Outcome } from './conclude.js'
import type { Line } from './line.js'
import type { Verdict } from './verdict.js'

/** Where a request carries its token, and what becomes of requests without one of ours. */
export interface Reception {
  /** The header that carries the token, in lower case. @defaultValue `'authorization'` */
  readonly header?: string | undefined
  /**
   * `'next'` passes on a well-formed token whose issuer or audience is not ours, and a verified
   * token of ours that belongs to a user. All other tokens are judged here. @defaultValue `'refuse'`
   */
  readonly onForeignToken?: 'refuse' | 'next' | undefined
  /** `'next'` passes on a request without a bearer token. @defaultValue `'refuse'` */
  readonly onNoCredential?: 'refuse' | 'next' | undefined
  /** What an earlier `authenticate` charged for this same request: not charged to that service again. */
  readonly charged?: ChargedRequest | undefined
}

/** A request that was charged to a service once. */
export interface ChargedRequest {
  readonly service: ServicePrincipal
  readonly quota: Quota
}

/** Credential, token, principal, scope, quota: who is calling, may it call at all, and how often. */
export const authenticate = (
  line: Line,
  request: M2MRequest,
  requirement: ScopeRequirement,
  reception: Reception = ordinary,
): Verdict | Promise<Verdict> =>
  conclude(line, beginCall(line, 'scope', request), recognise, { request, requirement, reception })

const ordinary: Reception = Object.freeze({})

/** The scope stage alone, for a service that another guard on the same request has met. */
export const authorizeScope = (
  line: Line,
  caller: Caller,
  requirement: ScopeRequirement,
  request: M2MRequest | undefined,
): Verdict | Promise<Verdict> =>
  conclude(line, beginCall(line, 'scope', request, caller), recheck, { caller, requirement })

interface Terms {
  readonly requirement: ScopeRequirement
  readonly reception: Reception
}

interface Arrival extends Terms {
  readonly request: M2MRequest
}

const recognise = (line: Line, call: Call, arrival: Arrival): Outcome | Promise<Outcome> => {
  const { request, reception } = arrival
  const credential = readBearer(request, reception.header)
  if (isRefusal(credential)) {
    call.passesOn =
      reception.onNoCredential === 'next' && credential.cause === 'no_bearer_credential'
    return credential
  }
  const { token } = credential
  const digest = line.callers.digestOf(token)
  const known = line.callers.recall(digest)
  const outdated = known && checkCaller(known, call.startedAt)
  if (known && !outdated) return admitCaller(line, call, known, arrival, call.startedAt)
  // The record says whom an expiry or an outage hits, but vouches for nobody whose key has gone.
  if (outdated && outdated.cause !== 'key_unknown') call.caller = known
  if (outdated && isFinal.has(outdated.cause)) return outdated
  const malformed = checkOneToken(credential)
  if (malformed) return malformed
  const foreign =
    reception.onForeignToken === 'next' ? findForeign(token, line.verifier) : undefined
  if (foreign) {
    call.passesOn = true
    return foreign
  }
  const verified = verifyToken(token, line.verifier)
  if (isRefusal(verified)) return verified
  return meet(line, digest, verified, call, arrival)
}

/** What verifying the same token anew cannot change. */
const isFinal: ReadonlySet<M2MCause> = new Set([
  'token_past_expiry',
  'service_disabled',
  'service_unregistered',
  'service_id_taken',
])

const recheck = (
  _line: Line,
  call: Call,
  { caller, requirement }: { caller: Caller; requirement: ScopeRequirement },
): Outcome | Promise<Outcome> => {
  const outdated = checkCaller(caller, call.startedAt)
  if (outdated?.cause !== 'key_set_unavailable') {
    return outdated ?? checkCallerScope(call, caller, requirement)
  }
  return checkCallerAnew(caller).then(
    (stillOutdated) => stillOutdated ?? checkCallerScope(call, caller, requirement),
  )
}

/** The cold path: everything is verified, then remembered. */
const meet = async (
  line: Line,
  digest: string | undefined,
  verifying: Promise<VerifiedToken<ServiceIssuer> | Refusal>,
  call: Call,
  terms: Terms,
): Promise<Outcome> => {
  const verified = await verifying
  if (isRefusal(verified)) {
    // Known from before an outage that turned out to have ended with another key.
    if (verified.cause !== 'key_set_unavailable') call.caller = undefined
    return verified
  }
  const stated = identify(verified)
  if (isRefusal(stated)) {
    const passesUsers = terms.reception.onForeignToken === 'next'
    call.passesOn = passesUsers && stated.cause === 'principal_is_user'
    return stated
  }
  const caller = line.callers.admit(digest, verified, stated)
  if (isRefusal(caller)) return caller
  // Verifying takes a while: the key may have been withdrawn meanwhile.
  const now = line.clock.monotonic()
  return checkCaller(caller, now) ?? admitCaller(line, call, caller, terms, now)
}

const admitCaller = (
  line: Line,
  call: Call,
  caller: Caller,
  { requirement, reception: { charged } }: Terms,
  now: number,
): Outcome | Promise<Outcome> => {
  const outcome = checkCallerScope(call, caller, requirement)
  if (isRefusal(outcome)) return outcome
  if (
    charged &&
    line.callers.behind(charged.service)?.budgets?.service?.key === caller.budgets?.service?.key
  ) {
    call.quota = charged.quota
    return caller
  }
  return chargeRequest(line, call, caller, now)
}

const checkCallerScope = (call: Call, caller: Caller, requirement: ScopeRequirement): Outcome => {
  call.caller = caller
  return checkScope(requirement, caller.stated.scopes) ?? caller
}
