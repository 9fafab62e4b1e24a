import { quote } from '../errors/quote.js'
import { isRefusal, type Refusal, refuse } from '../errors/refusal.js'
import { claimMalformed } from '../token/check-claims.js'
import { clientIdOf } from '../token/client-id.js'
import { type JsonObject, member } from '../token/compact.js'
import type { TrustedIssuer, VerifiedToken } from '../token/verify-token.js'
import { readClaim } from './claim-path.js'
import type { Classification } from './classify.js'
import type { Profile } from './profile.js'
import { readAllowedOps } from './read-allowed-ops.js'
import { type RateLimit, type RateLimits, readRateLimit } from './read-rate-limit.js'
import { readScopes } from './read-scopes.js'

/** Claims about a service that an issuer is trusted to make. */
export type TrustedClaim = 'service_id' | 'tier' | 'allowed_ops' | 'rate_limit'

/** An issuer together with what is believed of its tokens. */
export interface ServiceIssuer extends TrustedIssuer {
  readonly profile: Profile
  readonly trust: ReadonlySet<TrustedClaim>
  /** A fixed tier for all of this issuer's services, over whatever the token says. */
  readonly tier: string | undefined
  /** Where its claims about services stand. */
  readonly claims: ClaimSources
  /** May resolve a token that the profile leaves unknown; never overrules a user or an actor. */
  readonly isService: ((claims: JsonObject, header: JsonObject) => boolean) | undefined
}

/** Where an issuer's tokens state what about a service; names of claims, or paths to them. */
export interface ClaimSources {
  /** Every claim that adds to the scopes. */
  readonly grants: readonly string[]
  /** Scopes count only with this before them, and without it; undefined takes them as they are. */
  readonly scopePrefix: string | undefined
  readonly allowedOps: string
  /** What stands before the names of the other claims. */
  readonly prefix: string
}

/** What a verified token of a service says of it, before anybody has asked who is registered. */
export interface StatedPrincipal
  extends Omit<Principal, 'id' | 'attributes' | 'registered' | 'registeredRate'> {
  /** `service_id`, where the issuer is trusted to state it. */
  readonly claimedId: string | undefined
  /** Whether no claim names a client, so that the subject stands in for it: no client is that. */
  readonly isSubjectOnly: boolean
}

/** The calling service, as its verified token and the registry describe it. Frozen deeply. */
export interface Principal {
  /**
   * The id it is registered under; else `service_id` where the issuer is trusted to state it, else
   * the client id. Unique only together with `issuer`: never compare it alone where tokens of
   * several issuers are accepted.
   */
  readonly id: string
  readonly issuer: string
  readonly clientId: string
  readonly tier: string | undefined
  readonly scopes: readonly string[]
  /** What the token grants, undefined when it states none or its issuer may grant none. */
  readonly allowedOps: readonly string[] | undefined
  /** What the token states where its issuer may grant none: nothing beyond is admitted all the same. */
  readonly withinOps?: readonly string[] | undefined
  /** What its token states; tier and registration may lower it. */
  readonly rateLimit?: RateLimits | undefined
  /** The budget it is registered with. */
  readonly registeredRate?: RateLimit | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  /** Whether a registered service stands behind it, so that nobody else can have its `id`. */
  readonly registered: boolean
  /** What in the token showed that a service stands behind it. */
  readonly evidence: string
  /** `expiresAt` in seconds since the epoch. */
  readonly token: { readonly jti?: string; readonly expiresAt: number }
}

/**
 * Turns a verified token into the calling service, or refuses it: only a token that its profile
 * classifies as a machine's passes, whatever scopes, roles or operations it carries. Of the claims
 * that the issuer is not trusted to make only operations are read, and they only narrow.
 */
export const identify = (token: VerifiedToken<ServiceIssuer>): StatedPrincipal | Refusal => {
  const classification = classifyToken(token)
  if (classification.kind !== 'service') return notAService(classification, token)
  return readPrincipal(token, classification.evidence)
}

const classifyToken = ({
  issuer,
  claims,
  header,
}: VerifiedToken<ServiceIssuer>): Classification => {
  const classification = issuer.profile.classify(claims)
  const { kind, isContradiction } = classification
  const isResolved = kind !== 'unknown' || isContradiction || issuer.isService === undefined
  if (isResolved || issuer.isService(claims, header) !== true) return classification
  return { kind: 'service', evidence: `isService, after: ${classification.evidence}` }
}

const readPrincipal = (
  token: VerifiedToken<ServiceIssuer>,
  evidence: string,
): StatedPrincipal | Refusal => {
  const { issuer, claims, expiresAt } = token
  const { prefix, allowedOps: opsClaim } = issuer.claims
  const whereTrusted = <T>(claim: TrustedClaim, read: () => T): T | undefined =>
    issuer.trust.has(claim) ? read() : undefined
  const client = clientIdOf(claims, issuer.rules.clientIdClaims)
  const clientId = named('client_id', client ?? member(claims, 'sub'))
  if (clientId === undefined) return claimMalformed('client_id', 'present', undefined)
  if (isRefusal(clientId)) return clientId
  const claimedId = whereTrusted('service_id', () => readText(claims, `${prefix}service_id`))
  if (isRefusal(claimedId)) return claimedId
  const tier = issuer.tier ?? whereTrusted('tier', () => readText(claims, `${prefix}tier`))
  if (isRefusal(tier)) return tier
  const scopes = readScopes(claims, issuer.claims)
  if (isRefusal(scopes)) return scopes
  const ops = readAllowedOps(claims, opsClaim)
  if (isRefusal(ops)) return ops
  const isGranted = issuer.trust.has('allowed_ops')
  const rateLimit = whereTrusted('rate_limit', () => readRateLimit(claims, `${prefix}rate_limit`))
  if (isRefusal(rateLimit)) return rateLimit
  const jti = member(claims, 'jti')
  return Object.freeze({
    claimedId,
    isSubjectOnly: client === undefined,
    issuer: issuer.rules.issuer,
    clientId,
    tier,
    scopes: Object.freeze(scopes),
    allowedOps: isGranted ? ops && Object.freeze(ops) : undefined,
    withinOps: isGranted ? undefined : ops && Object.freeze(ops),
    rateLimit,
    evidence,
    token: Object.freeze(typeof jti === 'string' ? { jti, expiresAt } : { expiresAt }),
  })
}

/** Names that appear in logs and keys: printable ASCII (RFC 6749 appendix A.1), 256 at most. */
const nameLike = /^[\x20-\x7e]{1,256}$/

const readText = (claims: JsonObject, name: string): string | undefined | Refusal =>
  named(name, readClaim(claims, name))

const named = (name: string, value: unknown): string | undefined | Refusal => {
  if (value === undefined) return undefined
  return typeof value === 'string' && nameLike.test(value)
    ? value
    : claimMalformed(name, 'text of 1 to 256 printable ASCII characters', value)
}

const notAService = (
  {
    kind,
    evidence,
    remedy = 'present another token of this server to see what is usual',
  }: Classification,
  { issuer, claims }: VerifiedToken<ServiceIssuer>,
): Refusal => {
  const { name } = issuer.profile
  const found = `profile ${name} found ${kind === 'delegated' ? 'a delegated token' : kind}: ${evidence}`
  if (kind === 'unknown') {
    return refuse(
      'principal_unknown',
      `expected a token of a service, ${found} (client ` +
        `${quote(clientIdOf(claims, issuer.rules.clientIdClaims))}); ${remedy}`,
    )
  }
  return refuse(
    kind === 'user' ? 'principal_is_user' : 'principal_is_delegated',
    `expected a token of a service, ${found}; use the client-credentials grant for calls between ` +
      'services',
  )
}
