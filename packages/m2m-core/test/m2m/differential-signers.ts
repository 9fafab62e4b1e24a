import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'

/** What signs with one key by one algorithm, in the name of an issuer. */
export interface Signer {
  readonly issuer: string
  readonly kid: string
  readonly alg: string
  readonly sign: (input: Buffer) => Buffer
}

const es = (issuer: string, kid: string, privateKey: KeyObject, alg = 'ES256'): Signer => {
  const key = { key: privateKey, dsaEncoding: 'ieee-p1363' } as const
  return { issuer, kid, alg, sign: (input) => sign('sha256', input, key) }
}
const ec = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 })
const [first, second, foreign] = [ec(), ec(), ec()]
/** A key that no key set has. */
export const outside = ec()
const [rsaKeys, pssKeys, edKeys] = [rsa(), rsa(), generateKeyPairSync('ed25519')]
const pss = (key: KeyObject) => ({
  key,
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: 32,
})
const pem = rsaKeys.publicKey.export({ type: 'spki', format: 'pem' })
/** The public half as a key set shows it. */
export const publicJwk = ({ publicKey }: { publicKey: KeyObject }, members: object) => ({
  ...publicKey.export({ format: 'jwk' }),
  ...members,
})

export const [ours, partner] = ['https://issuer.test', 'https://partner.test'] as const
/** Two keys of one kind, one of each other; one `kid` that both issuers use. */
export const keySets = {
  [ours]: [
    publicJwk(first, { kid: 'es', alg: 'ES256', use: 'sig' }),
    publicJwk(second, { kid: 'es-2' }),
    publicJwk(rsaKeys, { kid: 'rs' }),
    publicJwk(edKeys, { kid: 'ed', alg: 'EdDSA', key_ops: ['verify'] }),
  ],
  [partner]: [
    publicJwk(foreign, { kid: 'es' }),
    publicJwk(pssKeys, { kid: 'ps', alg: 'PS256', use: 'sig' }),
  ],
}
/** Signers whose tokens their issuer's key set verifies. */
export const good: readonly Signer[] = [
  es(ours, 'es', first.privateKey),
  es(ours, 'es-2', second.privateKey),
  { issuer: ours, kid: 'rs', alg: 'RS256', sign: (it) => sign('sha256', it, rsaKeys.privateKey) },
  { issuer: ours, kid: 'rs', alg: 'RS512', sign: (it) => sign('sha512', it, rsaKeys.privateKey) },
  {
    issuer: ours,
    kid: 'rs',
    alg: 'PS256',
    sign: (it) => sign('sha256', it, pss(rsaKeys.privateKey)),
  },
  { issuer: ours, kid: 'ed', alg: 'EdDSA', sign: (it) => sign(null, it, edKeys.privateKey) },
  es(partner, 'es', foreign.privateKey),
  {
    issuer: partner,
    kid: 'ps',
    alg: 'PS256',
    sign: (it) => sign('sha256', it, pss(pssKeys.privateKey)),
  },
]
/** Signers that pass themselves off as another, or use what is no signature. */
export const bad: readonly Signer[] = [
  es(ours, 'es', outside.privateKey),
  es(ours, 'es', foreign.privateKey),
  es(ours, 'es-2', first.privateKey),
  {
    issuer: partner,
    kid: 'ps',
    alg: 'RS256',
    sign: (it) => sign('sha256', it, pssKeys.privateKey),
  },
  {
    issuer: ours,
    kid: 'rs',
    alg: 'HS256',
    sign: (it) => createHmac('sha256', pem).update(it).digest(),
  },
  { issuer: ours, kid: 'es', alg: 'none', sign: () => Buffer.alloc(1) },
]
