import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'

/** A key pair of nobody that the guard trusts. */
export interface AttackerKey {
  readonly kid: string
  readonly publicJwk: Readonly<Record<string, unknown>>
  /** Signs with ES256 (RFC 7518 §3.4); the result is base64url. */
  sign(input: string): string
}

/** Generates a fresh P-256 key pair. */
export const createAttackerKey = (): AttackerKey => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const kid = `attacker-${randomUUID()}`
  return {
    kid,
    publicJwk: { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' },
    sign: (input) => {
      const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
      return sign('sha256', Buffer.from(input), key).toString('base64url')
    },
  }
}
