import { createHmac, createPublicKey, type JsonWebKey, sign } from 'node:crypto'
import type { Issuer, Material } from '../material.js'
import type { Random } from '../random.js'
import type { TokenMutation } from './mutation.js'

/** A token with good claims that someone else signed: nobody, anybody, or another trusted issuer. */
export const forge: TokenMutation = (random, material) =>
  random.pick(forgeries)(random, material, random.pick(material.issuers))

type Forgery = (random: Random, material: Material, issuer: Issuer) => string | Promise<string>

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

const headerOf = ({ publicJwk: { alg, kid } }: Issuer): Readonly<Record<string, unknown>> => ({
  alg,
  typ: 'at+jwt',
  kid,
})

/** What the issuer could have said, but did not. */
const claimsOf = (random: Random, { testIssuer }: Issuer): Record<string, unknown> => {
  const now = Math.floor(Date.now() / 1000)
  const id = random.pick(['billing', 'payroll', 'root'])
  return {
    iss: testIssuer.issuer,
    aud: testIssuer.audience,
    sub: id,
    client_id: id,
    scope: 's2s:internal',
    iat: now,
    exp: now + 300,
    jti: `forged-${random.below(2 ** 31)}`,
  }
}

const unsecured: Forgery = (random, _material, issuer) => {
  const alg = random.pick(['none', 'None', 'NONE', 'nOnE', ''])
  const signature = random.pick(['', 'AA', 'A'.repeat(86)])
  return `${encode({ ...headerOf(issuer), alg })}.${encode(claimsOf(random, issuer))}.${signature}`
}

const withHmac: Forgery = (random, _material, issuer) => {
  const bits = random.pick([256, 384, 512])
  const header = { ...headerOf(issuer), alg: `HS${bits}` }
  const input = `${encode(header)}.${encode(claimsOf(random, issuer))}`
  const secret = random.pick(publicSecrets)(issuer)
  return `${input}.${createHmac(`sha${bits}`, secret).update(input).digest('base64url')}`
}

const keyOf = ({ publicJwk }: Issuer) =>
  createPublicKey({ key: { ...publicJwk } as JsonWebKey, format: 'jwk' })

const publicSecrets: readonly ((issuer: Issuer) => string | Buffer)[] = [
  () => '',
  ({ publicJwk }) => publicJwk.kid,
  ({ publicJwk }) => JSON.stringify(publicJwk),
  ({ publicJwk }) => Buffer.from(publicJwk.x ?? publicJwk.n ?? '', 'base64url'),
  (issuer) => keyOf(issuer).export({ format: 'der', type: 'spki' }),
  (issuer) => keyOf(issuer).export({ format: 'pem', type: 'spki' }),
  (issuer) => keyOf(issuer).export({ format: 'pem', type: 'spki' }).toString().trim(),
]

const withForeignKey: Forgery = (random, { foreignKey, foreignJwk }, issuer) => {
  const header = { ...headerOf(issuer), alg: 'ES256' }
  const brought = random.pick([
    {},
    { kid: undefined },
    { kid: 'foreign' },
    { jwk: foreignJwk },
    { jwk: foreignJwk, kid: undefined },
    { jku: 'https://attacker.test/jwks', kid: 'foreign' },
    { kid: 'https://attacker.test/jwks' },
  ])
  const input = `${encode({ ...header, ...brought })}.${encode(claimsOf(random, issuer))}`
  const key = { key: foreignKey, dsaEncoding: random.once(4) ? 'der' : 'ieee-p1363' } as const
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`
}

/** A trusted issuer speaks for another one, under its own key id or under the other's. */
const mixUp: Forgery = (random, { issuers }, issuer) => {
  const other = random.pick(issuers.filter((one) => one !== issuer))
  const kid = random.pick([issuer.publicJwk.kid, other.publicJwk.kid, undefined])
  const alg = random.pick([issuer.publicJwk.alg, other.publicJwk.alg])
  return issuer.testIssuer.sign({ header: { kid, alg }, claims: claimsOf(random, other) })
}

/** A key that the issuer does not publish, under the id of one that it does. */
const withUnpublishedKey: Forgery = (random, _material, issuer) =>
  issuer.testIssuer.sign({ claims: claimsOf(random, issuer), key: 'other' })

const forgeries: readonly Forgery[] = [
  unsecured,
  withHmac,
  withForeignKey,
  mixUp,
  withUnpublishedKey,
]
