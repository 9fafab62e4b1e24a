// By their places: jose as a whole takes twice as long to load.
import { JOSEError } from 'jose/errors'
import { compactVerify } from 'jose/jws/compact/verify'
import type { Clock } from '../clock/clock.js'
import { quote } from '../errors/quote.js'
import { isRefusal, type Refusal, refuse } from '../errors/refusal.js'
import { checkClaims } from './check-claims.js'
import { checkHeader, type KeyHint } from './check-header.js'
import { type JsonObject, member, readCompact, type UnverifiedToken } from './compact.js'
import type { KeySet } from './key-set.js'
import type { VerificationKey } from './read-key-set.js'
import type { IssuerRules } from './token-rules.js'

/** One configured issuer with its keys. */
export interface TrustedIssuer {
  readonly rules: IssuerRules
  readonly keys: KeySet
}

/** A token whose spelling, signature, issuer, audience, times and kind are good. */
export interface VerifiedToken<Issuer extends TrustedIssuer = TrustedIssuer> {
  readonly issuer: Issuer
  readonly header: JsonObject
  readonly claims: JsonObject
  /** Seconds since the epoch. */
  readonly expiresAt: number
  readonly key: VerificationKey
}

/** What verification needs. */
export interface TokenVerifier<Issuer extends TrustedIssuer> {
  readonly issuers: ReadonlyMap<string, Issuer>
  readonly maxTokenLength: number
  readonly clock: Clock
}

/**
 * Verifies an access token locally (RFC 9068 §4, RFC 8725): spelling, then the configured issuer it
 * claims, then header, key, signature and claims. Says nothing about who the token belongs to.
 * No fetch ever goes to an address that the token names.
 */
export const verifyToken = <Issuer extends TrustedIssuer>(
  token: string,
  { issuers, maxTokenLength, clock }: TokenVerifier<Issuer>,
): Refusal | Promise<VerifiedToken<Issuer> | Refusal> => {
  const unverified = readCompact(token, maxTokenLength)
  if (isRefusal(unverified)) return unverified
  const issuer = issuerOf(unverified, issuers)
  if (isRefusal(issuer)) return issuer
  const hint = checkHeader(unverified.header, issuer.rules)
  if (isRefusal(hint)) return hint
  return verifySignature(token, unverified, issuer, hint, clock)
}

/** The configured issuer that a token claims to come from; the claim is not verified yet. */
export const issuerOf = <Issuer>(
  { claims }: UnverifiedToken,
  issuers: ReadonlyMap<string, Issuer>,
): Issuer | Refusal => {
  const claimed = member(claims, 'iss')
  const issuer = typeof claimed === 'string' ? issuers.get(claimed) : undefined
  return issuer ?? issuerUnknown(claimed, [...issuers.keys()])
}

const verifySignature = async <Issuer extends TrustedIssuer>(
  token: string,
  { header, claims }: UnverifiedToken,
  issuer: Issuer,
  hint: KeyHint,
  clock: Clock,
): Promise<VerifiedToken<Issuer> | Refusal> => {
  const key = await findSigner(token, issuer, hint)
  if (isRefusal(key)) return key
  const refusal = checkClaims(claims, issuer.rules, clock.now())
  if (refusal) return refusal
  return Object.freeze({ issuer, header, claims, key, expiresAt: claims['exp'] as number })
}

const findSigner = async (
  token: string,
  { rules, keys }: TrustedIssuer,
  hint: KeyHint,
): Promise<VerificationKey | Refusal> => {
  const found = keys.find(hint)
  const key = found instanceof Promise ? await found : found
  if (isRefusal(key) || (await isSignedBy(token, key, hint))) return key
  // Without a kid only the signature shows that the key is a newer one.
  const newer = hint.keyId === undefined ? await keys.findAnew(hint) : key
  if (isRefusal(newer)) return newer
  const isGood = newer !== key && (await isSignedBy(token, newer, hint))
  return isGood ? newer : signatureInvalid(rules.issuer)
}

/** Any fault that is not jose's verdict on the token is ours and goes up as it is. */
const isSignedBy = async (
  token: string,
  key: VerificationKey,
  { algorithm }: KeyHint,
): Promise<boolean> => {
  try {
    await compactVerify(token, await key.prepare(algorithm), { algorithms: [algorithm] })
    return true
  } catch (fault) {
    if (fault instanceof JOSEError) return false
    throw fault
  }
}

const issuerUnknown = (claimed: unknown, configured: readonly string[]): Refusal =>
  refuse(
    'issuer_unknown',
    `expected iss to be one of ${quote(configured)}, got ${quote(claimed)} (compared exactly, a ` +
      'trailing slash counts); set issuer as the tokens spell it',
  )
const signatureInvalid = (issuer: string): Refusal =>
  refuse(
    'signature_invalid',
    `expected a signature by the named key of ${issuer}; the token was changed or forged`,
  )
