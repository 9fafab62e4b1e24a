import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'

/** The JWS algorithms a test issuer can sign with (RFC 7518 §3.1, RFC 8037); all asymmetric. */
export type SigningAlgorithm =
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'EdDSA'

/** A public key as it stands in a key set (RFC 7517 §4). */
export interface PublicJwk {
  kty: string
  kid: string
  alg: SigningAlgorithm
  use: 'sig'
  /** The curve, for elliptic curve keys. */
  crv?: string
  x?: string
  y?: string
  /** Modulus and exponent, for RSA keys. */
  n?: string
  e?: string
}

/** A key pair that signs with one algorithm; the private half never leaves the closure. */
export interface SigningKey {
  readonly algorithm: SigningAlgorithm
  /** RFC 7638 thumbprint of the public key, so that no two keys share one. */
  readonly kid: string
  readonly publicJwk: PublicJwk
  sign(data: Uint8Array): Promise<Uint8Array>
}

/** Generates a fresh key pair for `algorithm`. */
export async function createSigningKey(algorithm: SigningAlgorithm): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm)
  const jwk = (await exportJWK(publicKey)) as Pick<PublicJwk, 'kty'>
  const kid = await calculateJwkThumbprint(jwk)
  const parameters = signatureParameters(algorithm)
  return {
    algorithm,
    kid,
    publicJwk: { ...jwk, kid, alg: algorithm, use: 'sig' },
    sign: async (data) => new Uint8Array(await crypto.subtle.sign(parameters, privateKey, data)),
  }
}

function signatureParameters(algorithm: SigningAlgorithm) {
  if (algorithm === 'EdDSA') return { name: 'Ed25519' }
  const bits = Number(algorithm.slice(2))
  if (algorithm.startsWith('ES')) return { name: 'ECDSA', hash: `SHA-${bits}` }
  // RFC 7518 §3.5: the salt is as long as the hash.
  if (algorithm.startsWith('PS')) return { name: 'RSA-PSS', saltLength: bits / 8 }
  return { name: 'RSASSA-PKCS1-v1_5' }
}
