import { generateKeyPairSync, randomBytes, randomUUID, sign } from 'node:crypto'

/** Signs tokens by the hundred thousand and keeps none. */
export interface TokenMint {
  readonly issuer: string
  readonly audience: string
  readonly jwks: { readonly keys: readonly object[] }
  /** Header and claims over those of a good token; `isForged` leaves the signing out. */
  mint(changes?: TokenChanges): string
}

/** What a token says otherwise than a good one. */
export interface TokenChanges {
  readonly header?: object
  readonly claims?: object
  readonly isForged?: boolean
  /** JSON for one more member; it may go too deep for `JSON.stringify`. */
  readonly deep?: { readonly header?: string; readonly claims?: string }
}

const lifetime = 3600

/** Makes an ES256 key and mints RFC 9068 tokens with it, each of another service. */
export const createTokenMint = (): TokenMint => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  const kid = 'known'
  const issuer = 'https://issuer.test'
  const audience = 'https://api.test'
  return {
    issuer,
    audience,
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' }] },
    mint: ({ header, claims, isForged, deep } = {}) => {
      const now = Math.floor(Date.now() / 1000)
      const id = `service-${randomUUID()}`
      const good = {
        iss: issuer,
        aud: audience,
        sub: id,
        client_id: id,
        scope: 's2s:internal',
        iat: now,
        exp: now + lifetime,
        jti: randomUUID(),
      }
      const partOf = (part: 'header' | 'claims', content: object): string => {
        const text = JSON.stringify(content)
        const json = deep?.[part]
        const written = json === undefined ? text : `${text.slice(0, -1)},"deep":${json}}`
        return Buffer.from(written).toString('base64url')
      }
      const head = partOf('header', { alg: 'ES256', typ: 'at+jwt', kid, ...header })
      const input = `${head}.${partOf('claims', { ...good, ...claims })}`
      const signature = isForged ? randomBytes(64) : sign('sha256', Buffer.from(input), key)
      return `${input}.${signature.toString('base64url')}`
    },
  }
}
