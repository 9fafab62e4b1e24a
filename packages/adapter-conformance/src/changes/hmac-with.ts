import { createHmac, createPublicKey, type JsonWebKey } from 'node:crypto'
import { encodePart } from '../compact-token.js'
import type { Material } from '../material.js'

const pemOf = ({ publicJwk }: Material): string =>
  createPublicKey({ key: publicJwk as JsonWebKey, format: 'jwk' })
    .export({ format: 'pem', type: 'spki' })
    .toString()

const derOf = ({ publicJwk }: Material): Buffer =>
  createPublicKey({ key: publicJwk as JsonWebKey, format: 'jwk' }).export({
    format: 'der',
    type: 'spki',
  })

/** Everything that a confused verifier may take for an HMAC secret; an attacker knows all of it. */
export const hmacSecrets = {
  'public-key-pem': pemOf,
  'public-key-pem-trimmed': (material: Material) => pemOf(material).trim(),
  'public-key-pem-after-newline': (material: Material) => `\n${pemOf(material)}`,
  'public-key-pem-after-text': (material: Material) => `key\n${pemOf(material)}`,
  'public-key-der': derOf,
  'public-key-der-base64': (material: Material) => derOf(material).toString('base64'),
  'public-key-jwk': ({ publicJwk }: Material) => JSON.stringify(publicJwk),
  'public-key-coordinate': ({ publicJwk: { x } }: Material) => Buffer.from(String(x), 'base64url'),
  'key-id': ({ publicJwk: { kid } }: Material) => String(kid),
  issuer: ({ claims: { iss } }: Material) => String(iss),
  empty: () => '',
} as const satisfies Record<string, (material: Material) => string | Buffer>

/** The name of one such secret. */
export type HmacSecret = keyof typeof hmacSecrets

/** The base token as `HS256`, signed with something public (RFC 8725 §2.1). */
export const hmacWith = (material: Material, secret: HmacSecret): string => {
  const input = `${encodePart({ ...material.header, alg: 'HS256' })}.${material.parts[1]}`
  const signature = createHmac('sha256', hmacSecrets[secret](material)).update(input)
  return `${input}.${signature.digest('base64url')}`
}
