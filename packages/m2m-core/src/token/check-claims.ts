import { quote } from '../errors/quote.js'
import { type Refusal, refuse } from '../errors/refusal.js'
import { clientIdOf } from './client-id.js'
import { type JsonObject, member } from './compact.js'
import type { IssuerRules } from './token-rules.js'

/** Claims that only other kinds of token carry: ID tokens, logout and security event tokens. */
const otherKinds = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events'] as const

/** What authorization servers that state a token's kind among its claims call an access token. */
const accessTokenTypes = new Set(['bearer', 'at', 'at+jwt', 'jwt', 'access', 'access_token'])

/**
 * Checks verified claims against the issuer's rules at one moment: kind, audience (RFC 7519
 * §4.1.3), times (§4.1.4–6), binding. Assumes that `iss` chose the rules and that the signature is
 * good. Does not ask whose token it is.
 */
export const checkClaims = (
  claims: JsonObject,
  rules: IssuerRules,
  nowMillis: number,
): Refusal | undefined =>
  checkPresence(claims, rules) ??
  checkKind(claims, rules) ??
  checkAddressee(claims, rules) ??
  checkTimes(claims, rules, nowMillis / 1000)

const checkPresence = (claims: JsonObject, rules: IssuerRules): Refusal | undefined => {
  const missing = ['exp', ...rules.requiredClaims].find((name) => !Object.hasOwn(claims, name))
  if (missing) return claimMissing(missing)
  const malformed = ['sub', 'jti', 'client_id', 'azp'].find(
    (name) => Object.hasOwn(claims, name) && !isText(claims[name]),
  )
  return malformed ? claimMalformed(malformed, 'text', claims[malformed]) : undefined
}

const checkKind = (claims: JsonObject, { kind }: IssuerRules): Refusal | undefined => {
  if (kind && member(claims, kind.claim) !== kind.value) {
    return otherKind(`claim ${kind.claim} ${quote(member(claims, kind.claim))}`)
  }
  const marker = otherKinds.find((name) => Object.hasOwn(claims, name))
  if (marker) return otherKind(`claim "${marker}"`)
  const use = member(claims, 'token_use')
  if (use !== undefined && use !== 'access') return otherKind(`token_use ${quote(use)}`)
  for (const name of ['typ', 'tok_type']) {
    const type = member(claims, name)
    const isAccess = typeof type === 'string' && accessTokenTypes.has(type.toLowerCase())
    if (type !== undefined && !isAccess) return otherKind(`claim ${name} ${quote(type)}`)
  }
  // RFC 9449 §7.2 and RFC 8705 §3: a bound token is no bearer token, and nothing verifies it here.
  return Object.hasOwn(claims, 'cnf') ? bound : undefined
}

/** Whether the token is meant for this API: by its audience, or by its client where that is pinned. */
export const checkAddressee = (claims: JsonObject, rules: IssuerRules): Refusal | undefined =>
  checkAudience(claims, rules) ?? checkClient(claims, rules)

const checkAudience = (claims: JsonObject, rules: IssuerRules): Refusal | undefined => {
  const isPinned = rules.audience.length === 0 && rules.clientIds !== undefined
  const audience = member(claims, 'aud')
  if (audience === undefined) return isPinned ? undefined : claimMissing('aud')
  const listed = Array.isArray(audience) ? audience : [audience]
  if (!listed.every(isText)) return claimMalformed('aud', 'text or a list of texts', audience)
  // Without a name of our own, an audience that is not just the client is somebody else.
  const isOurs = isPinned
    ? listed.every((one) => rules.clientIds?.includes(one))
    : listed.some((one) => rules.audience.includes(one))
  return isOurs ? undefined : audienceMismatch(audience, rules)
}

const checkClient = (claims: JsonObject, rules: IssuerRules): Refusal | undefined => {
  if (rules.clientIds === undefined) return undefined
  const clientId = clientIdOf(claims, rules.clientIdClaims)
  return clientId !== undefined && rules.clientIds.includes(clientId)
    ? undefined
    : clientMismatch(clientId)
}

const checkTimes = (
  claims: JsonObject,
  { clockTolerance, maxTokenLifetime }: IssuerRules,
  now: number,
): Refusal | undefined => {
  const { exp, iat, nbf } = claims
  if (!isTime(exp)) return claimMalformed('exp', 'a number of seconds', exp)
  if (iat !== undefined && !isTime(iat)) return claimMalformed('iat', 'a number of seconds', iat)
  if (nbf !== undefined && !isTime(nbf)) return claimMalformed('nbf', 'a number of seconds', nbf)
  if (isExpired(exp, clockTolerance, now * 1000)) return expired(exp, now)
  const begins = Math.max(iat ?? 0, nbf ?? 0)
  if (begins > now + clockTolerance) return notYetValid(begins, now)
  const lifetime = exp - (iat ?? now)
  return lifetime > maxTokenLifetime ? livesTooLong(lifetime, maxTokenLifetime) : undefined
}

/** Whether `exp` (seconds, fractions count) has passed, the clock tolerance included. */
export const isExpired = (exp: number, clockTolerance: number, nowMillis: number): boolean =>
  !(nowMillis < (exp + clockTolerance) * 1000)

/** The refusal of a token whose signature is good but whose time is over. */
export const expired = (exp: number, now: number): Refusal =>
  refuse(
    'token_past_expiry',
    `expected exp to lie ahead, it passed ${Math.round(now - exp)} s ago; the caller must fetch ` +
      'a new token before the old one ends; if all tokens fail so, compare the clocks',
  )

const isText = (value: unknown): value is string => typeof value === 'string'
const isTime = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value)

const claimMissing = (name: string): Refusal =>
  refuse(
    'claim_missing',
    `expected claim "${name}", the token has none; add it at the authorization server or choose ` +
      'the profile that fits its tokens',
  )
/** The refusal of a token one of whose claims is not of its type. */
export const claimMalformed = (name: string, expectation: string, value: unknown): Refusal =>
  refuse(
    'claim_malformed',
    `expected claim "${name}" to be ${expectation}, got ${quote(value)}; mend it at the ` +
      'authorization server',
  )
const otherKind = (evidence: string): Refusal =>
  refuse(
    'token_kind',
    `expected an access token, ${evidence} marks another kind; send the access token of the ` +
      'client-credentials grant',
  )
const bound = refuse(
  'token_bound',
  'expected an unbound bearer token, claim "cnf" binds this one to a key or certificate that is ' +
    'not verified here; ask for tokens without DPoP or certificate binding',
)
const audienceMismatch = (
  audience: unknown,
  { audience: own, clientIds, issuer }: IssuerRules,
): Refusal => {
  const expected = own.length === 0 && clientIds ? clientIds : own
  return refuse(
    'audience_mismatch',
    `expected aud to name one of ${quote(expected)}, got ${quote(audience)} (issuer ${issuer}); ` +
      'set audience, or request that resource when fetching the token',
  )
}
const clientMismatch = (clientId: unknown): Refusal =>
  refuse(
    'client_mismatch',
    `expected the client id to be one of clientIds, got ${quote(clientId)}; add it there if this ` +
      'client may call',
  )
const notYetValid = (begins: number, now: number): Refusal =>
  refuse(
    'token_not_yet_valid',
    `expected iat and nbf not to lie ahead, they do by ${Math.round(begins - now)} s; compare the ` +
      'clocks of this machine and the authorization server',
  )
const livesTooLong = (lifetime: number, longest: number): Refusal =>
  refuse(
    'token_lifetime',
    `expected a lifetime of at most ${longest} s, got ${Math.round(lifetime)} s; shorten it at ` +
      'the authorization server or raise maxTokenLifetime',
  )
