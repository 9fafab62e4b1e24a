import { type KeyObject, verify } from 'node:crypto'
import { JwtVerifier } from 'aws-jwt-verify'
import { createVerifier } from 'fast-jwt'
import { createLocalJWKSet, importJWK, jwtVerify } from 'jose'
import { billing, type TokenSigner } from './token-signer.js'

/** Verifies a token, or throws. */
export type Verify = (token: string) => void
/** The same, for those that answer later. */
export type VerifyLater = (token: string) => Promise<void>

/** The signature alone, by Node itself: what nobody can do without. */
export const bareVerify = ({ publicKey, algorithm }: TokenSigner): Verify => {
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const
  const digest = algorithm === 'EdDSA' ? null : 'sha256'
  return (token) => {
    const end = token.lastIndexOf('.')
    const signature = Buffer.from(token.slice(end + 1), 'base64url')
    if (!verify(digest, Buffer.from(token.slice(0, end)), key, signature)) throw new Error('forged')
  }
}

/** jose with the one key at hand. */
export const joseVerify = async (signer: TokenSigner): Promise<VerifyLater> => {
  const { algorithm, issuer, audience, jwks } = signer
  const [jwk] = jwks.keys
  const key = await importJWK({ ...jwk }, algorithm)
  const options = { issuer, audience, typ: 'at+jwt', algorithms: [algorithm] }
  return async (token) => {
    const { payload } = await jwtVerify(token, key, options)
    expectBilling(payload)
  }
}

/** jose with a set of keys, from which it chooses. */
export const joseSetVerify = ({ algorithm, issuer, audience, jwks }: TokenSigner): VerifyLater => {
  const keys = createLocalJWKSet({ keys: jwks.keys.map((jwk) => ({ ...jwk })) })
  const options = { issuer, audience, typ: 'at+jwt', algorithms: [algorithm] }
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, options)
    expectBilling(payload)
  }
}

/** fast-jwt with the one key at hand; all the checks that it has for what the others check. */
export const fastJwtVerify = (signer: TokenSigner, cache: boolean): Verify => {
  const verifyToken = createVerifier({
    key: pemOf(signer.publicKey),
    algorithms: [signer.algorithm],
    allowedIss: signer.issuer,
    allowedAud: signer.audience,
    cache,
  })
  return (token) => expectBilling(verifyToken(token))
}

/** aws-jwt-verify with its keys at hand, so that it can answer at once: its fastest way. */
export const awsVerify = ({ issuer, audience, jwks }: TokenSigner): Verify => {
  const verifier = JwtVerifier.create({ issuer, audience, jwksUri: `${issuer}/jwks` })
  verifier.cacheJwks({ keys: jwks.keys.map((jwk) => ({ ...jwk })) })
  return (token) => expectBilling(verifier.verifySync(token))
}

const pemOf = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString()

const expectBilling = (claims: Readonly<Record<string, unknown>>): void => {
  if (claims['client_id'] !== billing.clientId) throw new Error('expected claims of the token')
}
