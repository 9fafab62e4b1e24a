import { constants, createPublicKey, type JsonWebKey, verify } from 'node:crypto'
import type { Json, NaiveIssuer } from './naive-options.js'

const own = (object: object, name: string): unknown =>
  Object.getOwnPropertyDescriptor(object, name)?.value

/** RFC 7515 §2 and RFC 8725bis: no padding, no other letters, no bits left over. */
export const isCanonical = (part: string): boolean =>
  part !== '' && Buffer.from(part, 'base64url').toString('base64url') === part

/** The JSON object that a part decodes to, if it does. */
export const naiveJson = (part: string): Json | undefined => {
  const bytes = Buffer.from(part, 'base64url')
  const text = bytes.toString('utf8')
  try {
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject && Buffer.from(text).equals(bytes) ? (value as Json) : undefined
  } catch {
    return undefined
  }
}

/** Header, key and signature: RFC 8725 §3.1, 3.10 and 3.11, RFC 9068 §4. */
export const naiveSignature = (token: string, header: Json, issuer: NaiveIssuer): boolean => {
  if (['jku', 'x5u', 'jwk', 'x5c', 'crit'].some((name) => Object.hasOwn(header, name))) return false
  const { alg, typ, kid } = header
  if (typeof alg !== 'string' || !/^((RS|PS|ES)(256|384|512)|EdDSA)$/.test(alg)) return false
  if (issuer.algorithms && !issuer.algorithms.includes(alg)) return false
  const types = issuer.profile === 'generic' ? ['at+jwt', 'jwt'] : ['at+jwt']
  if (typ === undefined && issuer.profile !== 'generic') return false
  if (typ !== undefined) {
    const spellings = types.flatMap((type) => [type, `application/${type}`])
    if (typeof typ !== 'string' || !spellings.includes(typ.toLowerCase())) return false
  }
  if (kid !== undefined && typeof kid !== 'string') return false
  const fitting = issuer.jwks.keys.filter((jwk) => fits(jwk, alg))
  const named = kid === undefined ? fitting : fitting.filter((jwk) => own(jwk, 'kid') === kid)
  const [jwk, ...others] = named
  return jwk !== undefined && others.length === 0 && isSigned(token, alg, jwk)
}

/** RFC 7518 §3.1, RFC 8037 §3.1: the type (and curve) of a key, and the one `alg` it may be for. */
const fits = (jwk: JsonWebKey, alg: string): boolean => {
  if (own(jwk, 'alg') !== undefined && own(jwk, 'alg') !== alg) return false
  if (alg === 'EdDSA') return jwk.kty === 'OKP' && jwk.crv === 'Ed25519'
  if (!alg.startsWith('ES')) return jwk.kty === 'RSA'
  const curve = alg === 'ES512' ? 'P-521' : `P-${alg.slice(2)}`
  return jwk.kty === 'EC' && jwk.crv === curve
}

const isSigned = (token: string, alg: string, jwk: JsonWebKey): boolean => {
  const end = token.lastIndexOf('.')
  const input = Buffer.from(token.slice(0, end))
  const signature = Buffer.from(token.slice(end + 1), 'base64url')
  const key = createPublicKey({ key: jwk, format: 'jwk' })
  if (alg === 'EdDSA') return verify(null, input, key, signature)
  const padding = alg.startsWith('PS')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: Number(alg.slice(2)) / 8 }
    : {}
  const how = { key, dsaEncoding: 'ieee-p1363', ...padding } as const
  return verify(`sha${alg.slice(2)}`, input, how, signature)
}
