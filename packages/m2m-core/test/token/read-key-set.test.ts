import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { faultOf, readKeySet } from '../../src/token/read-key-set.js'

interface Pair {
  readonly publicJwk: JWK
  readonly privateJwk: JWK
}

const pairOf = async (algorithm: string): Promise<Pair> => {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true })
  return { publicJwk: await exportJWK(publicKey), privateJwk: await exportJWK(privateKey) }
}
const rsaOf = (modulusLength: number): JWK =>
  generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' }) as JWK

let good: JWK
let ec: Pair
let rsa: Pair

beforeAll(async () => {
  good = { ...(await pairOf('ES256')).publicJwk, kid: 'good' }
  ec = await pairOf('ES256')
  rsa = await pairOf('RS256')
})

/** Reads a set of these keys and the good one; tells which ids are usable. */
const usable = async (...keys: readonly unknown[]): Promise<(string | undefined)[]> => {
  const { keys: read, rejected } = await readKeySet({ keys: [...keys, good] })
  expect(read.length + rejected.length).toBe(keys.length + 1)
  return read.map(({ keyId }) => keyId)
}

describe('a usable key', () => {
  it.each(['RS256', 'PS384', 'ES256', 'ES384', 'ES512', 'EdDSA'])(
    '%s is kept with its id, its thumbprint and its algorithm',
    async (alg) => {
      const { publicJwk } = await pairOf(alg)
      const { keys } = await readKeySet({ keys: [{ ...publicJwk, kid: 'k', alg, use: 'sig' }] })
      const thumbprint = await calculateJwkThumbprint(publicJwk)
      expect(keys).toMatchObject([{ keyId: 'k', thumbprint, algorithms: [alg] }])
      await expect(keys[0]?.prepare(alg as 'ES256')).resolves.toMatchObject({ type: 'public' })
    },
  )

  it('without alg is for what its type can do', async () => {
    const { keys } = await readKeySet({ keys: [rsa.publicJwk, ec.publicJwk] })
    expect(keys.map(({ algorithms }) => algorithms.length)).toEqual([6, 1])
  })

  it('need not have an id', async () => {
    expect(await usable(ec.publicJwk)).toEqual([undefined, 'good'])
  })

  it('may list verify among its operations', async () => {
    expect(await usable({ ...ec.publicJwk, kid: 'k', key_ops: ['verify'] })).toContain('k')
  })

  it('may carry certificates and members we do not know', async () => {
    const key = { ...ec.publicJwk, kid: 'k', x5c: ['MII'], x5u: 'https://x.test', custom: 1 }
    expect(await usable(key)).toContain('k')
  })

  it('rule 5: two keys of one id have two thumbprints', async () => {
    const first = await readKeySet({ keys: [{ ...ec.publicJwk, kid: 'k' }] })
    const second = await readKeySet({ keys: [{ ...good, kid: 'k' }] })
    expect(first.keys[0]?.thumbprint).not.toBe(second.keys[0]?.thumbprint)
  })
})

describe('rows 10 and 47: a key that must not verify is refused, the others stay usable', () => {
  const weak = rsaOf(1024)
  const listLike = { 0: 'verify', length: 1 }

  it.each<[string, () => unknown]>([
    ['a private EC key', () => ec.privateJwk],
    ['a private RSA key', () => rsa.privateJwk],
    ['a symmetric key', () => ({ kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' })],
    ['a symmetric key without octets', () => ({ kty: 'oct', k: '' })],
    ['a public key with a symmetric one inside', () => ({ ...ec.publicJwk, k: 'c2VjcmV0' })],
    ['an RSA key of 1024 bits', () => weak],
    ['an RSA key of 2047 bits', () => ({ ...rsa.publicJwk, n: halved(rsa.publicJwk.n) })],
    ['an RSA key padded with zeros', () => ({ ...weak, n: padded(weak.n) })],
    ['an RSA key with e = 1', () => ({ ...rsa.publicJwk, e: 'AQ' })],
    ['an RSA key with e = 1 after zeros', () => ({ ...rsa.publicJwk, e: 'AAAB' })],
    ['an RSA key with an even e', () => ({ ...rsa.publicJwk, e: 'AQAA' })],
    ['an RSA key with e = 0', () => ({ ...rsa.publicJwk, e: 'AA' })],
    ['an RSA key without e', () => ({ ...rsa.publicJwk, e: undefined })],
    ['an RSA key without n', () => ({ ...rsa.publicJwk, n: undefined })],
    ['an RSA key whose n is a number', () => ({ ...rsa.publicJwk, n: 5 })],
    ['a key for encryption', () => ({ ...ec.publicJwk, use: 'enc' })],
    ['a key of unknown use', () => ({ ...ec.publicJwk, use: 'SIG' })],
    ['a key whose use is null', () => ({ ...ec.publicJwk, use: null })],
    ['a key that may only sign', () => ({ ...ec.publicJwk, key_ops: ['sign'] })],
    ['a key that may only decrypt', () => ({ ...rsa.publicJwk, key_ops: ['decrypt'] })],
    ['a key without operations', () => ({ ...ec.publicJwk, key_ops: [] })],
    ['a key whose operations are a text', () => ({ ...ec.publicJwk, key_ops: 'verify' })],
    ['a key that may verify and sign', () => ({ ...ec.publicJwk, key_ops: ['verify', 'sign'] })],
    ['a key whose operations are no list', () => ({ ...ec.publicJwk, key_ops: listLike })],
    ['a key of unknown type', () => ({ kty: 'AKP', alg: 'ML-DSA-44', pub: 'AQ' })],
    ['a key of unknown curve', () => ({ ...ec.publicJwk, crv: 'secp256k1' })],
    ['a key for key agreement', () => ({ kty: 'OKP', crv: 'X25519', x: ec.publicJwk.x })],
    ['a key off its curve', () => ({ ...ec.publicJwk, y: ec.publicJwk.x })],
    ['a key without coordinates', () => ({ kty: 'EC', crv: 'P-256' })],
    ['an alg of another type', () => ({ ...ec.publicJwk, alg: 'RS256' })],
    ['an alg of another curve', () => ({ ...ec.publicJwk, alg: 'ES384' })],
    ['a symmetric alg', () => ({ ...rsa.publicJwk, alg: 'HS256' })],
    ['an encryption alg', () => ({ ...rsa.publicJwk, alg: 'RSA-OAEP' })],
    ['alg none', () => ({ ...rsa.publicJwk, alg: 'none' })],
    ['an alg that is null', () => ({ ...rsa.publicJwk, alg: null })],
    ['an id that is a number', () => ({ ...ec.publicJwk, kid: 5 })],
    ['an id that is an object', () => ({ ...ec.publicJwk, kid: {} })],
    ['null', () => null],
    ['a text', () => 'key'],
    ['a list', () => []],
    ['an empty object', () => ({})],
  ])('%s', async (_what, make) => {
    expect(await usable(make())).toEqual(['good'])
  })

  it('row 4: keys that share an id are all refused', async () => {
    const shared = [
      { ...ec.publicJwk, kid: 'k' },
      { ...rsa.publicJwk, kid: 'k' },
    ]
    expect(await usable(...shared)).toEqual(['good'])
    expect(await usable(shared[0])).toEqual(['k', 'good'])
  })

  it('row 4: keys without an id share none', async () => {
    expect(await usable(ec.publicJwk, rsa.publicJwk)).toEqual([undefined, undefined, 'good'])
  })

  it('row 10: says of each refused key which one it is and why', async () => {
    const { rejected } = await readKeySet({ keys: [good, { ...ec.publicJwk, use: 'enc' }] })
    expect(rejected).toEqual([expect.stringMatching(/^keys\[1\]: .*use/)])
  })

  it('rule 7: tells nothing of the key material', async () => {
    const { rejected } = await readKeySet({ keys: [ec.privateJwk, rsa.privateJwk] })
    const told = rejected.join()
    for (const { d } of [ec.privateJwk, rsa.privateJwk]) expect(told).not.toContain(d)
  })
})

describe('row 10: how large an RSA key may be', () => {
  const odd = 'AQAB'
  /** A modulus of this many bytes whose first one is given. */
  const modulus = (first: number, size: number): string =>
    Buffer.concat([Buffer.of(first), Buffer.alloc(size - 1, 0xff)]).toString('base64url')
  const exponent = (...bytes: readonly number[]): string => Buffer.from(bytes).toString('base64url')

  it.each([
    ['2047 bits', modulus(0x7f, 256), odd, 'fewer than 2048 bits'],
    ['2048 bits', modulus(0x80, 256), odd, undefined],
    ['2049 bits', modulus(0x01, 257), odd, undefined],
    ['8192 bits', modulus(0x80, 1024), odd, undefined],
    ['8193 bits', modulus(0x01, 1025), odd, 'more than 8192 bits'],
    ['no bits', '', odd, 'fewer than 2048 bits'],
    ['an exponent of three', modulus(0x80, 256), exponent(3), undefined],
    ['an exponent of one', modulus(0x80, 256), exponent(1), 'exponent is unsafe'],
    ['an exponent of one after zeros', modulus(0x80, 256), exponent(0, 1), 'exponent is unsafe'],
    ['an exponent of 257', modulus(0x80, 256), exponent(1, 1), undefined],
    ['an even exponent', modulus(0x80, 256), exponent(1, 2), 'exponent is unsafe'],
    ['an exponent of 64 bits', modulus(0x80, 256), exponent(1, 0, 0, 0, 0, 0, 0, 1), undefined],
    ['one of 72', modulus(0x80, 256), exponent(1, 0, 0, 0, 0, 0, 0, 0, 1), 'exponent is unsafe'],
  ])('%s', (_what, n, e, fault) => {
    const found = faultOf({ kty: 'RSA', n, e })
    if (fault === undefined) expect(found).toBeUndefined()
    else expect(found).toContain(fault)
  })
})

describe('rule 7: why a key is refused is told in words', () => {
  const notJustVerify = 'its key_ops are not just "verify"'

  it.each<readonly [what: string, make: () => unknown, reason: string]>([
    ['a text', () => 'key', 'it is no JSON object'],
    ['a private key', () => ec.privateJwk, 'it holds private or symmetric key material'],
    ['a kid of 5', () => ({ ...good, kid: 5 }), 'its kid is no text'],
    ['an empty object', () => ({}), 'its kty and crv are of no supported kind'],
    ['RS256 on a curve', () => ({ ...good, alg: 'RS256' }), 'its alg is unsupported or does not'],
    ['for encryption', () => ({ ...good, use: 'enc' }), 'its use is not "sig"'],
    ['to sign', () => ({ ...good, key_ops: ['sign'] }), notJustVerify],
    ['to verify and sign', () => ({ ...good, key_ops: ['verify', 'sign'] }), notJustVerify],
    ['like a list', () => ({ ...good, key_ops: { 0: 'verify', length: 1 } }), notJustVerify],
    ['off its curve', () => ({ ...ec.publicJwk, y: good.x }), 'its members do not make a key'],
  ])('%s', async (_what, make, reason) => {
    const { rejected } = await readKeySet({ keys: [good, make()] })
    expect(rejected).toEqual([expect.stringContaining(`keys[1]: ${reason}`)])
  })

  it('two of one kid', async () => {
    const { rejected } = await readKeySet({ keys: [good, good] })
    const reason = 'several keys have its kid'
    expect(rejected).toEqual([`keys[0]: ${reason}`, `keys[1]: ${reason}`])
  })
})

describe('row 47: what is no key set at all', () => {
  it('a set of 100 keys is read, one of 101 is a failure', async () => {
    const keys = Array.from({ length: 101 }, () => ({}))
    await expect(readKeySet({ keys: keys.slice(1) })).resolves.toMatchObject({ keys: [] })
    await expect(readKeySet({ keys })).rejects.toThrow('at most 100 keys')
  })

  it.each([null, [], 'x', 5, {}, { keys: null }, { keys: {} }, { keys: 'x' }, { Keys: [] }])(
    '%j is a failure',
    async (value) => {
      await expect(readKeySet(value)).rejects.toThrow('expected a JWK set')
    },
  )

  it('a list of keys that a prototype lends is a failure', async () => {
    await expect(readKeySet(Object.create({ keys: [good] }))).rejects.toThrow()
  })

  it('an empty set is read as such, for the key set to judge', async () => {
    await expect(readKeySet({ keys: [] })).resolves.toEqual({ keys: [], rejected: [], weak: [] })
  })
})

describe('laws', () => {
  const members = ['kty', 'crv', 'alg', 'use', 'key_ops', 'kid', 'n', 'e', 'd', 'k', '__proto__']
  const jwk = fc.dictionary(
    fc.oneof(fc.constantFrom(...members), fc.string()),
    fc.oneof(fc.jsonValue(), fc.constantFrom('RSA', 'EC', 'P-256', 'sig', 'AQAB')),
  )

  it('faultOf alone tells an alg that does not fit the key, before anything is imported', () => {
    for (const alg of ['RS256', 'ES384', 'EdDSA', 'HS256']) {
      expect(faultOf({ ...ec.publicJwk, alg })).toMatch(/alg/)
    }
    expect(faultOf({ ...ec.publicJwk, alg: 'ES256' })).toBeUndefined()
  })

  it('no JSON makes faultOf throw', () => {
    fc.assert(
      fc.property(fc.oneof(jwk, fc.jsonValue()), (value) => {
        expect(['string', 'undefined']).toContain(typeof faultOf(value))
      }),
    )
  })

  it('no list of JSON makes reading throw, and each entry is either kept or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(jwk, fc.jsonValue()), { maxLength: 5 }), async (list) => {
        const { keys, rejected } = await readKeySet({ keys: list })
        expect(keys.length + rejected.length).toBe(list.length)
      }),
    )
  })

  it('one changed member of a private or symmetric key never makes it usable', async () => {
    const change = fc.tuple(
      fc.constantFrom('kty', 'crv', 'alg', 'use', 'key_ops', 'kid', 'ext'),
      fc.constantFrom('EC', 'RSA', 'OKP', 'ES256', 'RS256', 'sig', 'verify', undefined, null),
    )
    await fc.assert(
      fc.asyncProperty(change, async ([name, value]) => {
        const secrets = [ec.privateJwk, rsa.privateJwk, { kty: 'oct', k: 'c2VjcmV0' }]
        for (const secret of secrets) {
          const { keys } = await readKeySet({ keys: [{ ...secret, [name]: value }] })
          expect(keys).toEqual([])
        }
      }),
    )
  })
})

/** The same modulus with its highest bit cleared: one bit shorter. */
const halved = (modulus: string | undefined): string => {
  const bytes = Buffer.from(modulus ?? '', 'base64url')
  bytes[0] = (bytes[0] ?? 0) & 0x7f
  return bytes.toString('base64url')
}

const padded = (modulus: string | undefined): string =>
  Buffer.concat([Buffer.alloc(128), Buffer.from(modulus ?? '', 'base64url')]).toString('base64url')
