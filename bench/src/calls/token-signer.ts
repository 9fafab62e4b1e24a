import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'
import { promisify } from 'node:util'

/** How tokens are signed. */
export type Algorithm = 'RS256' | 'ES256' | 'EdDSA'

/** Signs access tokens (RFC 9068) of one service, each of them another one. */
export interface TokenSigner {
  readonly algorithm: Algorithm
  readonly issuer: string
  readonly audience: string
  readonly publicKey: KeyObject
  readonly jwks: { readonly keys: readonly [PublicKey] }
  /** A token of that many characters, or one fewer where Base64 has no such length. */
  sign(length: number, claims?: object): Promise<string>
  signMany(count: number, length: number): Promise<readonly string[]>
}

/** A public key as a JWK. */
export interface PublicKey {
  readonly kty: string
  readonly kid: string
  readonly alg: string
  readonly use: 'sig'
}

/** Of the service that `examples/policies` calls billing. */
export const billing = {
  issuer: 'https://login.example.com',
  audience: 'https://api.example.com',
  clientId: 'billing-production',
  scope: 's2s:internal',
  operation: 'invoices:read',
} as const

const signAsync = promisify<string | undefined, Buffer, SigningKey, Buffer>(sign)
type SigningKey = { readonly key: KeyObject; readonly dsaEncoding: 'ieee-p1363' }
/** Threads of libuv: more at a time would only wait. */
const atOnce = 4
const lifetime = 3600

/** Makes a key, and signs with it. */
export const createTokenSigner = (algorithm: Algorithm): TokenSigner => {
  const { publicKey, privateKey } = makeKeys[algorithm]()
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  const kid = `bench-${algorithm}`
  const { issuer, audience, clientId, scope, operation } = billing
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' }
  const head = encode({ alg: algorithm, typ: 'at+jwt', kid })
  const signOne: TokenSigner['sign'] = async (length, claims) => {
    const now = Math.floor(Date.now() / 1000)
    const content = {
      iss: issuer,
      aud: audience,
      sub: clientId,
      client_id: clientId,
      scope,
      allowed_ops: [operation, 'invoices:list'],
      iat: now,
      exp: now + lifetime,
      jti: randomUUID(),
      ...claims,
    }
    const room = length - head.length - signatureLengths[algorithm] - 2
    const padding = Math.floor((room * 3) / 4) - JSON.stringify({ ...content, pad: '' }).length
    const input = `${head}.${encode({ ...content, pad: 'x'.repeat(padding) })}`
    const digest = algorithm === 'EdDSA' ? undefined : 'sha256'
    const signature = await signAsync(digest, Buffer.from(input), key)
    return `${input}.${signature.toString('base64url')}`
  }
  return {
    ...{ algorithm, issuer, audience, publicKey },
    jwks: { keys: [jwk as unknown as PublicKey] },
    sign: signOne,
    signMany: async (count, length) => {
      const tokens: string[] = []
      while (tokens.length < count) {
        const some = Array.from({ length: atOnce }, () => signOne(length))
        tokens.push(...(await Promise.all(some)))
      }
      return tokens.slice(0, count)
    },
  }
}

const makeKeys: Readonly<
  Record<Algorithm, () => { readonly publicKey: KeyObject; readonly privateKey: KeyObject }>
> = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
}

/** In Base64. */
const signatureLengths: Readonly<Record<Algorithm, number>> = { RS256: 342, ES256: 86, EdDSA: 86 }

const encode = (content: object): string =>
  Buffer.from(JSON.stringify(content)).toString('base64url')
