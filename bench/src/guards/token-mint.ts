import { generateKeyPairSync, type KeyObject, randomUUID, sign } from 'node:crypto'

/** How a token is signed. */
export type SigningAlgorithm = 'RS256' | 'ES256' | 'EdDSA'

/** Makes tokens that differ in nothing but their `jti`. */
export interface TokenMint {
  readonly issuer: string
  readonly audience: string
  readonly algorithm: SigningAlgorithm
  readonly jwks: { readonly keys: readonly object[] }
  /** The same key as PEM. */
  readonly publicKey: string
  /** With other claims over the usual ones, and then of another length. */
  mint(claims?: object): string
}

const lifetime = 3600

/** Makes a key, and RFC 9068 tokens of that many characters (or one less, as base64url has it). */
export const createTokenMint = (algorithm: SigningAlgorithm, length: number): TokenMint => {
  const { privateKey, publicKey } = keyPairOf(algorithm)
  const issuer = 'https://issuer.test'
  const audience = 'https://api.test'
  const kid = 'key-of-the-comparison'
  const header = encode({ alg: algorithm, typ: 'at+jwt', kid })
  const write = (more: object): string => {
    const now = Math.floor(Date.now() / 1000)
    const claims = encode({
      iss: issuer,
      aud: audience,
      sub: 'billing',
      client_id: 'billing',
      scope: 's2s:internal s2s:status',
      allowed_ops: ['transfers:read', 'transfers:create', 'status:read'],
      iat: now,
      exp: now + lifetime,
      jti: randomUUID(),
      ...more,
    })
    const input = `${header}.${claims}`
    return `${input}.${signatureOf(algorithm, input, privateKey).toString('base64url')}`
  }
  const padding = 'x'.repeat(Math.floor(((length - write({ padding: '' }).length) * 3) / 4))
  return {
    ...{ issuer, audience, algorithm },
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' }] },
    publicKey: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    mint: (claims) => write({ padding, ...claims }),
  }
}

const keyPairOf = (
  algorithm: SigningAlgorithm,
): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } => {
  if (algorithm === 'RS256') return generateKeyPairSync('rsa', { modulusLength: 2048 })
  if (algorithm === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return generateKeyPairSync('ed25519')
}

const signatureOf = (algorithm: SigningAlgorithm, input: string, key: KeyObject): Buffer => {
  const data = Buffer.from(input)
  if (algorithm === 'EdDSA') return sign(null, data, key)
  return sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' })
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')
