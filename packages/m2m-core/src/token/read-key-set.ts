import type { webcrypto } from 'node:crypto'
import type { JWK } from 'jose'
import { calculateJwkThumbprint } from 'jose/jwk/thumbprint'
import { importJWK } from 'jose/key/import'
import { type Algorithm, algorithmsOf, isAlgorithm } from './algorithms.js'
import { isJsonObject, type JsonObject, member } from './compact.js'

/** One public key of an issuer. */
export interface VerificationKey {
  readonly keyId: string | undefined
  /** RFC 7638 thumbprint (SHA-256): tells whether the key itself, not just its name, is the same. */
  readonly thumbprint: string
  readonly algorithms: readonly Algorithm[]
  /** The key ready for one of its algorithms. */
  prepare(algorithm: Algorithm): Promise<webcrypto.CryptoKey>
}

/** What came of reading a key set. */
export interface KeySetReading {
  readonly keys: readonly VerificationKey[]
  /** Why each refused key was refused, for the log. */
  readonly rejected: readonly string[]
  /** Those of them that no key set should have: weak, private or symmetric ones. */
  readonly weak: readonly string[]
}

const mostKeys = 100

/**
 * Reads a JWK set (RFC 7517 §5) and keeps what can verify signatures. Refuses keys that are
 * private, symmetric, meant for encryption, RSA below 2048 bits, of unknown type, or whose `kid`
 * two keys claim. Throws when it is no key set at all.
 */
export const readKeySet = async (value: unknown): Promise<KeySetReading> => {
  const listed = isJsonObject(value) ? member(value, 'keys') : undefined
  if (!Array.isArray(listed)) throw new Error('expected a JWK set with a list "keys"')
  if (listed.length > mostKeys) throw new Error(`expected at most ${mostKeys} keys in the set`)
  const keys: VerificationKey[] = []
  const rejected: string[] = []
  const weak: string[] = []
  const repeated = repeatedKeyIds(listed)
  for (const [index, jwk] of listed.entries()) {
    const key = faultOf(jwk) ?? (await toKey(jwk as JWK, repeated))
    if (typeof key !== 'string') {
      keys.push(key)
      continue
    }
    rejected.push(`keys[${index}]: ${key}`)
    if (weaknessOf(jwk) !== undefined) weak.push(`keys[${index}]: ${key}`)
  }
  return { keys, rejected, weak }
}

/** What is wrong with one JWK, undefined when it may verify signatures. Never throws. */
export const faultOf = (jwk: unknown): string | undefined => {
  if (!isJsonObject(jwk)) return 'it is no JSON object'
  if (isSecret(jwk)) return secretShown
  const keyId = member(jwk, 'kid')
  if (keyId !== undefined && typeof keyId !== 'string') return 'its kid is no text'
  const possible = algorithmsOf(member(jwk, 'kty'), member(jwk, 'crv'))
  if (possible.length === 0) return 'its kty and crv are of no supported kind'
  const algorithm = member(jwk, 'alg')
  if (algorithm !== undefined && !(isAlgorithm(algorithm) && possible.includes(algorithm))) {
    return 'its alg is unsupported or does not fit its kty'
  }
  const use = member(jwk, 'use')
  if (use !== undefined && use !== 'sig') return 'its use is not "sig"'
  const operations = member(jwk, 'key_ops')
  if (operations !== undefined && !isJustVerify(operations)) {
    return 'its key_ops are not just "verify"'
  }
  return member(jwk, 'kty') === 'RSA' ? rsaFaultOf(jwk) : undefined
}

/** What makes a JWK a danger to whoever trusts the set, whatever it is meant for. */
const weaknessOf = (jwk: unknown): string | undefined => {
  if (!isJsonObject(jwk)) return undefined
  if (isSecret(jwk)) return secretShown
  return member(jwk, 'kty') === 'RSA' ? rsaFaultOf(jwk) : undefined
}

const secretShown = 'it holds private or symmetric key material'
const isSecret = (jwk: JsonObject): boolean => Object.hasOwn(jwk, 'd') || Object.hasOwn(jwk, 'k')

const isJustVerify = (operations: unknown): boolean =>
  Array.isArray(operations) && operations.length === 1 && operations[0] === 'verify'

const rsaFaultOf = (jwk: JsonObject): string | undefined => {
  const bytes = integerBytes(member(jwk, 'n'))
  const bits = bytes.length * 8 - Math.clz32(bytes[0] ?? 0) + 24
  if (bytes.length === 0 || bits < 2048) return 'its RSA modulus has fewer than 2048 bits'
  if (bits > 8192) return 'its RSA modulus has more than 8192 bits'
  const exponent = integerBytes(member(jwk, 'e'))
  const isOdd = ((exponent.at(-1) ?? 0) & 1) === 1
  const isOne = exponent.length === 1 && exponent[0] === 1
  return isOdd && !isOne && exponent.length <= 8 ? undefined : 'its RSA exponent is unsafe'
}

/** The bytes of a base64url integer without leading zeros. */
const integerBytes = (value: unknown): Buffer => {
  const bytes = Buffer.from(typeof value === 'string' ? value : '', 'base64url')
  const start = bytes.findIndex((byte) => byte !== 0)
  return start < 0 ? Buffer.alloc(0) : bytes.subarray(start)
}

/** The key ids that more than one usable key of a list claims. */
export const repeatedKeyIds = (listed: readonly unknown[]): ReadonlySet<unknown> => {
  const seen = new Set<unknown>()
  const usable = listed.filter((jwk) => faultOf(jwk) === undefined) as readonly JsonObject[]
  const keyIds = usable.map((jwk) => member(jwk, 'kid'))
  return new Set(keyIds.filter((id) => id !== undefined && (seen.has(id) || !seen.add(id))))
}

const toKey = async (
  jwk: JWK,
  repeated: ReadonlySet<unknown>,
): Promise<VerificationKey | string> => {
  if (repeated.has(jwk.kid)) return 'several keys have its kid'
  const algorithms = isAlgorithm(jwk.alg) ? [jwk.alg] : algorithmsOf(jwk.kty, jwk.crv)
  const prepared = new Map<Algorithm, Promise<webcrypto.CryptoKey>>()
  const prepare = (algorithm: Algorithm): Promise<webcrypto.CryptoKey> => {
    const key =
      prepared.get(algorithm) ?? (importJWK(jwk, algorithm) as Promise<webcrypto.CryptoKey>)
    prepared.set(algorithm, key)
    return key
  }
  try {
    await Promise.all(algorithms.map(prepare))
    const thumbprint = await calculateJwkThumbprint(jwk)
    return Object.freeze({ keyId: jwk.kid, thumbprint, algorithms, prepare })
  } catch {
    return 'its members do not make a key'
  }
}
