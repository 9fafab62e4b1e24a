import {
  constants,
  createHash,
  createHmac,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from 'node:crypto'

/** The `kid` of every bad key. */
export const badKeyId = 'bad'

/** What a key set may hold that must never verify a token. */
export interface BadKey {
  readonly name: string
  /** JSON texts: some of them go too deep to be written by `JSON.stringify`. */
  readonly jwks: readonly string[]
  /** What the operator is told. */
  readonly expected: string
  /** How the holder of the key, or whoever reads the set, would sign. */
  readonly forge?: {
    readonly algorithm: string
    readonly sign: (input: Buffer) => Buffer
  }
}

const elliptic = () => generateKeyPairSync('ec', { namedCurve: 'P-256' })
const [curve, twin] = [elliptic(), elliptic()]
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
const secret = Buffer.from('a secret that everybody can read')

const jwkOf = (key: KeyObject, more: object = {}): string =>
  JSON.stringify({ ...key.export({ format: 'jwk' }), kid: badKeyId, ...more })
const by = (key: KeyObject) => (input: Buffer) =>
  sign('sha256', input, { key, dsaEncoding: 'ieee-p1363', padding: constants.RSA_PKCS1_PADDING })

/** With the exponent 1 a signature is its own padded digest: nobody needs a private key. */
const paddedDigest = (input: Buffer): Buffer => {
  const digestInfo = Buffer.from('3031300d060960864801650304020105000420', 'hex')
  const tail = Buffer.concat([digestInfo, createHash('sha256').update(input).digest()])
  const filler = Buffer.alloc(256 - 3 - tail.length, 0xff)
  return Buffer.concat([Buffer.of(0, 1), filler, Buffer.of(0), tail])
}

/** JSON that goes this many levels down. */
export const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)

/** A good key, one member of which goes 100 000 levels down. */
const deepAt = (name: string): string =>
  jwkOf(curve.publicKey, { [name]: 'deep' }).replace('"deep"', nested(100_000))

export const badKeys: readonly BadKey[] = [
  {
    name: 'a private EC key',
    jwks: [jwkOf(curve.privateKey)],
    expected: 'private or symmetric',
    forge: { algorithm: 'ES256', sign: by(curve.privateKey) },
  },
  {
    name: 'a private RSA key',
    jwks: [jwkOf(rsa.privateKey)],
    expected: 'private or symmetric',
    forge: { algorithm: 'RS256', sign: by(rsa.privateKey) },
  },
  {
    name: 'a symmetric key',
    jwks: [JSON.stringify({ kty: 'oct', k: secret.toString('base64url'), kid: badKeyId })],
    expected: 'private or symmetric',
    forge: {
      algorithm: 'HS256',
      sign: (input) => createHmac('sha256', secret).update(input).digest(),
    },
  },
  {
    name: 'an RSA key of 1024 bits',
    jwks: [jwkOf(weak.publicKey)],
    expected: 'fewer than 2048 bits',
    forge: { algorithm: 'RS256', sign: by(weak.privateKey) },
  },
  {
    name: 'an RSA key with the exponent 1',
    jwks: [jwkOf(rsa.publicKey, { e: 'AQ' })],
    expected: 'exponent is unsafe',
    forge: { algorithm: 'RS256', sign: paddedDigest },
  },
  {
    name: 'a key for encryption',
    jwks: [jwkOf(rsa.publicKey, { use: 'enc' })],
    expected: 'its use is not "sig"',
    forge: { algorithm: 'RS256', sign: by(rsa.privateKey) },
  },
  {
    name: 'two keys of one id',
    jwks: [jwkOf(curve.publicKey), jwkOf(twin.publicKey)],
    expected: 'several keys have its kid',
    forge: { algorithm: 'ES256', sign: by(twin.privateKey) },
  },
  {
    name: 'a point that is not on its curve',
    jwks: [jwkOf(curve.publicKey, { y: curve.publicKey.export({ format: 'jwk' }).x })],
    expected: 'do not make a key',
  },
  {
    name: 'a point on another curve than it says',
    jwks: [jwkOf(curve.publicKey, { crv: 'P-384' })],
    expected: 'do not make a key',
  },
  {
    name: 'a key of unknown type',
    jwks: ['{"kty":"AKP","alg":"ML-DSA-44","pub":"AQ","kid":"bad"}'],
    expected: 'no supported kind',
  },
  {
    name: 'a key whose members a prototype would lend',
    jwks: [`{"__proto__":${jwkOf(curve.publicKey)}}`],
    expected: 'no supported kind',
    forge: { algorithm: 'ES256', sign: by(curve.privateKey) },
  },
  {
    name: 'an operation in a list of its own',
    jwks: [jwkOf(curve.publicKey, { key_ops: [['verify']] })],
    expected: 'its key_ops are not just "verify"',
    forge: { algorithm: 'ES256', sign: by(curve.privateKey) },
  },
  {
    name: 'an id of 100 000 levels',
    jwks: [deepAt('kid')],
    expected: 'its kid is no text',
  },
  {
    name: 'operations of 100 000 levels',
    jwks: [deepAt('key_ops')],
    expected: 'its key_ops are not just "verify"',
  },
  {
    name: 'a coordinate of 100 000 levels',
    jwks: [deepAt('x')],
    expected: 'do not make a key',
  },
  { name: 'null', jwks: ['null'], expected: 'no JSON object' },
]
