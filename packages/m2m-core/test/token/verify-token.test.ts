import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { type CryptoKey, exportSPKI, importJWK, type JWK } from 'jose'
import { createTestIssuer, type SigningAlgorithm, type TestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { isRefusal, type Refusal } from '../../src/errors/refusal.js'
import { createKeySet } from '../../src/token/key-set.js'
import { createKeySource } from '../../src/token/key-source.js'
import type { VerificationKey } from '../../src/token/read-key-set.js'
import type { IssuerRules } from '../../src/token/token-rules.js'
import {
  type TrustedIssuer,
  type VerifiedToken,
  verifyToken,
} from '../../src/token/verify-token.js'
import { advice } from './advice.js'
import { issuerRules } from './issuer-rules.js'
import { createManualClock, type ManualClock } from './manual-clock.js'

type Outcome = VerifiedToken | Refusal

interface World {
  readonly issuer: TestIssuer
  readonly clock: ManualClock
  readonly trusted: TrustedIssuer
  /** Every address fetched so far. */
  readonly fetched: readonly string[]
  verify(token: string): Promise<Outcome>
}

const noop = (): void => undefined

const trust = (
  issuer: TestIssuer,
  rules: Partial<IssuerRules>,
  clock: ManualClock,
  fetch: typeof globalThis.fetch = issuer.fetch,
): TrustedIssuer => ({
  rules: issuerRules({ issuer: issuer.issuer, audience: [issuer.audience], ...rules }),
  keys: createKeySet({
    issuer: issuer.issuer,
    source: createKeySource({ issuer: issuer.issuer, jwksUri: undefined, fetch }),
    timing: { refreshAfter: 600_000, staleIfError: 3_600_000, cooldown: 30_000, timeout: 5000 },
    clock,
    announce: noop,
  }),
})

const createWorld = async (
  rules: Partial<IssuerRules> = {},
  algorithm: SigningAlgorithm = 'ES256',
): Promise<World> => {
  const clock = createManualClock()
  const issuer = await createTestIssuer({ algorithm, now: () => clock.now() })
  const fetched: string[] = []
  const trusted = trust(issuer, rules, clock, (input, init) => {
    fetched.push(String(input))
    return issuer.fetch(input, init)
  })
  const verifier = { issuers: new Map([[issuer.issuer, trusted]]), maxTokenLength: 8192, clock }
  const verify = async (token: string): Promise<Outcome> => verifyToken(token, verifier)
  return { issuer, clock, trusted, fetched, verify }
}

const causeOf = (outcome: Outcome): string => (isRefusal(outcome) ? outcome.cause : 'admitted')
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const decode = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
const partsOf = (token: string): [string, string, string] =>
  token.split('.') as [string, string, string]

/** The order of P-256 in hexadecimal. */
const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551'

let world: World
beforeAll(async () => {
  world = await createWorld()
  await world.trusted.keys.refresh()
})
const verdictOf = async (token: string | Promise<string>): Promise<string> =>
  causeOf(await world.verify(await token))

describe('a good token', () => {
  it.each<SigningAlgorithm>([
    'RS256',
    'RS512',
    'PS256',
    'PS512',
    'ES256',
    'ES384',
    'ES512',
    'EdDSA',
  ])('signed with %s is admitted, with its claims, its expiry and its key', async (algorithm) => {
    const { issuer, verify, trusted, clock } = await createWorld({}, algorithm)
    const outcome = await verify(await issuer.service({ id: 'billing' }))
    expect(outcome).toMatchObject({
      issuer: trusted,
      header: { alg: algorithm },
      claims: { sub: 'billing', client_id: 'billing' },
      expiresAt: clock.now() / 1000 + 300,
      key: { keyId: issuer.jwks().keys[0]?.kid },
    })
    expect(Object.isFrozen(outcome)).toBe(true)
  })

  it('from a user is a good token as well: whose it is, is not the question here', async () => {
    expect(await verdictOf(world.issuer.user())).toBe('admitted')
  })

  it('may be without kid while the issuer has one key', async () => {
    expect(await verdictOf(world.issuer.service({ header: { kid: undefined } }))).toBe('admitted')
  })
})

describe('row 1: alg none', () => {
  const claims = async (): Promise<string> => partsOf(await world.issuer.service())[1]

  it.each(['none', 'None', 'nOnE', 'NONE', ''])('%j with and without a signature', async (alg) => {
    const header = encode({ alg, typ: 'at+jwt' })
    expect(await verdictOf(`${header}.${await claims()}.`)).toBe('token_spelling')
    expect(await verdictOf(`${header}.${await claims()}.AAAA`)).toBe('algorithm_not_allowed')
  })

  it('with the signature of a good token', async () => {
    expect(await verdictOf(world.issuer.service({ header: { alg: 'none' } }))).toBe(
      'algorithm_not_allowed',
    )
  })
})

describe('row 2: HMAC with the public key as secret', () => {
  const secrets: [string, (jwk: JWK, pem: string) => string | Buffer][] = [
    ['PEM', (_, pem) => pem],
    ['trimmed PEM', (_, pem) => pem.trim()],
    ['PEM after a space', (_, pem) => ` ${pem}`],
    ['PEM after a newline', (_, pem) => `\n${pem}`],
    ['PEM with CRLF', (_, pem) => pem.replaceAll('\n', '\r\n')],
    ['JWK', (jwk) => JSON.stringify(jwk)],
    ['modulus', ({ n = '' }) => Buffer.from(n, 'base64url')],
    ['DER', (_, pem) => Buffer.from(pem.replace(/-----[^-]+-----|\s/g, ''), 'base64')],
    ['nothing', () => ''],
  ]

  let rsa: World
  beforeAll(async () => {
    rsa = await createWorld({}, 'RS256')
  })

  it.each(secrets)('%s', async (_what, secretOf) => {
    const { issuer, verify } = rsa
    const [jwk] = issuer.jwks().keys as [JWK]
    const pem = await exportSPKI((await importJWK(jwk, 'RS256')) as CryptoKey)
    const [, claims] = partsOf(await issuer.service())
    for (const [alg, digest] of [['HS256', 'sha256'] as const, ['HS512', 'sha512'] as const]) {
      const input = `${encode({ alg, typ: 'at+jwt', kid: jwk.kid })}.${claims}`
      const signature = createHmac(digest, secretOf(jwk, pem)).update(input).digest('base64url')
      expect(causeOf(await verify(`${input}.${signature}`))).toBe('algorithm_not_allowed')
    }
  })

  it('row 3: an empty secret by way of an unknown kid', async () => {
    const [, claims] = partsOf(await world.issuer.service())
    const input = `${encode({ alg: 'HS256', typ: 'at+jwt', kid: 'unknown' })}.${claims}`
    const signature = createHmac('sha256', '').update(input).digest('base64url')
    expect(await verdictOf(`${input}.${signature}`)).toBe('algorithm_not_allowed')
  })
})

describe('rows 5 and 6: a token that brings or names its own key', () => {
  const url = 'https://attacker.test/jwks'

  it.each([
    ['jku', url],
    ['x5u', url],
    ['jwk', { kty: 'EC' }],
    ['x5c', ['MII']],
    ['crit', ['x']],
    ['crit', []],
    ['crit', ['b64']],
    ['b64', false],
  ])('%s %j is refused and makes no request', async (name, value) => {
    const before = world.fetched.length
    const header = { [name]: value }
    expect(await verdictOf(world.issuer.service({ header }))).toBe('header_member_forbidden')
    expect(world.fetched.slice(before)).toEqual([])
  })

  it('with kid as URL or path makes no request to it', async () => {
    for (const kid of [url, '../../etc/passwd', 'file:///etc/passwd']) {
      expect(await verdictOf(world.issuer.service({ header: { kid } }))).toBe('key_unknown')
    }
    expect(world.fetched.every((one) => one.startsWith(world.issuer.issuer))).toBe(true)
  })

  it('signed with the key that it brings is refused', async () => {
    const attacker = await createTestIssuer()
    const [jwk] = attacker.jwks().keys
    const { issuer, audience } = world.issuer
    const claims = {
      ...decode(partsOf(await world.issuer.service())[1]),
      iss: issuer,
      aud: audience,
    }
    expect(await verdictOf(attacker.sign({ header: { jwk }, claims }))).toBe(
      'header_member_forbidden',
    )
    expect(await verdictOf(attacker.sign({ claims }))).toBe('key_unknown')
    const kid = world.issuer.jwks().keys[0]?.kid
    expect(await verdictOf(attacker.sign({ header: { kid }, claims }))).toBe('signature_invalid')
  })
})

describe('row 7: encrypted and nested tokens', () => {
  it('a JWE of five parts is refused before anything is decrypted', async () => {
    const header = encode({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2 ** 31, zip: 'DEF' })
    expect(await verdictOf(`${header}.AAAA.AAAA.AAAA.AAAA`)).toBe('token_spelling')
  })

  it('a token in a token is no JSON object', async () => {
    const token = await world.issuer.service()
    const nested = `${partsOf(token)[0]}.${Buffer.from(token).toString('base64url')}.AAAA`
    expect(await verdictOf(nested)).toBe('token_not_json')
  })
})

describe('rule 4: another spelling of a valid token', () => {
  it.each([
    ['a space after it', (token: string) => `${token} `],
    ['a newline in its signature', (token: string) => `${token.slice(0, -3)}\n${token.slice(-3)}`],
    ['padding', (token: string) => `${token}==`],
    ['another last character', (token: string) => respell(token)],
  ])('%s is refused', async (_what, change) => {
    const token = await world.issuer.service()
    expect(await verdictOf(token)).toBe('admitted')
    expect(await verdictOf(change(token))).toBe('token_spelling')
  })

  it('row 28: longer than the cap is refused, whoever signed it', async () => {
    const token = await world.issuer.service({ claims: { padding: 'x'.repeat(8192) } })
    expect(await verdictOf(token)).toBe('token_too_long')
  })
})

describe('row 9: the signature', () => {
  it('of another key under the right kid', async () => {
    expect(await verdictOf(world.issuer.otherKey())).toBe('signature_invalid')
  })

  it('of another token', async () => {
    const [header, claims] = partsOf(await world.issuer.service({ id: 'reports' }))
    const [, , signature] = partsOf(await world.issuer.service())
    expect(await verdictOf(`${header}.${claims}.${signature}`)).toBe('signature_invalid')
  })

  it('over other claims', async () => {
    const [header, claims, signature] = partsOf(await world.issuer.service())
    const changed = encode({ ...decode(claims), scope: 's2s:admin' })
    expect(await verdictOf(`${header}.${changed}.${signature}`)).toBe('signature_invalid')
  })

  it('over another header', async () => {
    const [header, claims, signature] = partsOf(await world.issuer.service())
    const changed = encode({ ...decode(header), x: 1 })
    expect(await verdictOf(`${changed}.${claims}.${signature}`)).toBe('signature_invalid')
  })

  it.each([
    ['r = s = 0', Buffer.alloc(64)],
    ['r = s = n', Buffer.from(`${order}${order}`, 'hex')],
    ['one byte', Buffer.alloc(1)],
    ['63 bytes', Buffer.alloc(63, 1)],
    ['65 bytes', Buffer.alloc(65, 1)],
    ['4 kB', Buffer.alloc(4096, 1)],
  ])('CVE-2022-21449 and Wycheproof: %s', async (_what, bytes) => {
    const [header, claims] = partsOf(await world.issuer.service())
    const token = `${header}.${claims}.${bytes.toString('base64url')}`
    expect(await verdictOf(token)).toBe('signature_invalid')
  })

  it('in DER instead of r and s side by side', async () => {
    const [header, claims, signature] = partsOf(await world.issuer.service())
    const der = derOf(Buffer.from(signature, 'base64url')).toString('base64url')
    expect(await verdictOf(`${header}.${claims}.${der}`)).toBe('signature_invalid')
  })

  it('changed in any one bit', async () => {
    const [header, claims, signature] = partsOf(await world.issuer.service())
    const bit = fc.nat(64 * 8 - 1)
    await fc.assert(
      fc.asyncProperty(bit, async (index) => {
        const bytes = Buffer.from(signature, 'base64url')
        bytes[index >> 3] = (bytes[index >> 3] ?? 0) ^ (1 << (index & 7))
        const token = `${header}.${claims}.${bytes.toString('base64url')}`
        expect(await verdictOf(token)).toBe('signature_invalid')
      }),
    )
  })
})

describe('row 10: the algorithm of the token and of the key', () => {
  it('PS256 in the header and RS256 in the key set', async () => {
    const { issuer, verify } = await createWorld({}, 'RS256')
    const token = await issuer.service({ header: { alg: 'PS256' } })
    expect(causeOf(await verify(token))).toBe('key_unknown')
  })

  it('an algorithm that this issuer is not configured for', async () => {
    const { issuer, verify } = await createWorld({ algorithms: ['RS256'] }, 'ES256')
    expect(causeOf(await verify(await issuer.service()))).toBe('algorithm_not_allowed')
  })
})

describe('rows 15 and 16: iss', () => {
  it.each([
    ['another', 'https://attacker.test'],
    ['a prefix', 'https://issuer'],
    ['a longer one', 'https://issuer.test.attacker.test'],
    ['a trailing slash', 'https://issuer.test/'],
    ['another case', 'https://ISSUER.test'],
    ['a list', ['https://issuer.test']],
    ['an object', { toString: 'https://issuer.test' }],
    ['null', null],
    ['a name that every object knows', '__proto__'],
    ['missing', undefined],
  ])('%s is refused and makes no request', async (_what, iss) => {
    const before = world.fetched.length
    expect(await verdictOf(world.issuer.service({ claims: { iss } }))).toBe('issuer_unknown')
    expect(world.fetched.slice(before)).toEqual([])
  })

  it('row 16: a token signed with the key of one issuer does not pass for another', async () => {
    const clock = createManualClock()
    const now = (): number => clock.now()
    const [first, second] = await Promise.all([
      createTestIssuer({ issuer: 'https://a.test', now }),
      createTestIssuer({ issuer: 'https://b.test', now }),
    ])
    const issuers = new Map([first, second].map((one) => [one.issuer, trust(one, {}, clock)]))
    const verifier = { issuers, maxTokenLength: 8192, clock }
    const verify = async (token: string): Promise<string> =>
      causeOf(await verifyToken(token, verifier))
    expect(await verify(await first.service())).toBe('admitted')
    expect(await verify(await second.service())).toBe('admitted')
    const kid = second.jwks().keys[0]?.kid
    const stolen = { claims: { iss: second.issuer } }
    expect(await verify(await first.service(stolen))).toBe('key_unknown')
    expect(await verify(await first.service({ ...stolen, header: { kid } }))).toBe(
      'signature_invalid',
    )
    const anonymous = { ...stolen, header: { kid: undefined } }
    expect(await verify(await first.service(anonymous))).toBe('signature_invalid')
  })
})

describe('claims count only after the signature', () => {
  it('token_expired is told only when the signature is good', async () => {
    const { issuer, clock } = world
    expect(await world.verify(await issuer.expired())).toMatchObject({ code: 'token_expired' })
    const times = { iat: clock.now() / 1000 - 7200, exp: clock.now() / 1000 - 3600 }
    const forged = await issuer.otherKey({ claims: times })
    expect(await world.verify(forged)).toMatchObject({ code: 'invalid_token' })
  })

  it('row 32: an unknown kid and a wrong signature have the same public code', async () => {
    const outcomes = [
      await world.verify(await world.issuer.unknownKey()),
      await world.verify(await world.issuer.otherKey()),
    ]
    for (const outcome of outcomes) expect(outcome).toMatchObject({ code: 'invalid_token' })
  })

  it('a good signature does not make up for bad claims', async () => {
    const { issuer } = world
    expect(await verdictOf(issuer.wrongAudience())).toBe('audience_mismatch')
    expect(await verdictOf(issuer.service({ claims: { exp: undefined } }))).toBe('claim_missing')
    expect(await verdictOf(issuer.service({ claims: { cnf: { jkt: 'x' } } }))).toBe('token_bound')
    expect(await verdictOf(issuer.service({ claims: { nonce: 'n' } }))).toBe('token_kind')
    expect(await verdictOf(issuer.service({ header: { typ: 'JWT' } }))).toBe('type_not_allowed')
  })

  it('row 41: a token ends at exp and the tolerance, by the clock that is given', async () => {
    const { issuer, clock, verify } = await createWorld()
    const token = await issuer.service({ expiresIn: 60 })
    clock.advance(64_999)
    expect(causeOf(await verify(token))).toBe('admitted')
    clock.advance(1)
    expect(causeOf(await verify(token))).toBe('token_past_expiry')
  })
})

describe('a signature that the known key did not make', () => {
  const nameless = { header: { kid: undefined } }
  /** A verifier whose keys are old enough to be fetched again, and its issuer with a newer key. */
  const rotated = async () => {
    const one = await createWorld()
    await one.trusted.keys.refresh()
    await one.issuer.rotate()
    one.clock.advance(31_000)
    return one
  }

  it('without kid may be by a newer key, which is fetched', async () => {
    const { issuer, verify, fetched } = await rotated()
    const before = fetched.length
    expect(causeOf(await verify(await issuer.service(nameless)))).toBe('admitted')
    expect(fetched.length).toBeGreaterThan(before)
  })

  it('row 9: without kid is not good because a newer key is there', async () => {
    const { issuer, verify } = await rotated()
    expect(causeOf(await verify(await issuer.otherKey(nameless)))).toBe('signature_invalid')
  })

  it('rule 1: without kid, while the keys cannot be fetched, is nobody knows whose', async () => {
    const { issuer, verify } = await rotated()
    issuer.fail('status')
    expect(causeOf(await verify(await issuer.service(nameless)))).toBe('key_set_unavailable')
  })

  it('row 46: with the kid of a known key is forged, and causes no fetch', async () => {
    const { issuer, verify, clock, trusted, fetched } = await createWorld()
    await trusted.keys.refresh()
    clock.advance(31_000)
    const before = fetched.length
    expect(causeOf(await verify(await issuer.otherKey()))).toBe('signature_invalid')
    expect(fetched.length).toBe(before)
  })
})

describe('rule 1: what is not the fault of the token', () => {
  it('the key set being down is 503, not 401', async () => {
    const { issuer, verify } = await createWorld()
    issuer.fail('status')
    expect(await verify(await issuer.service())).toMatchObject({
      code: 'authorization_unavailable',
      retryAfter: expect.any(Number),
    })
  })

  const hmac = (): Promise<CryptoKey> =>
    crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])

  it.each<[string, () => Promise<CryptoKey>]>([
    ['a key that the crypto layer does not take', hmac],
    ['a key that cannot be prepared', () => Promise.reject(new TypeError('no such key'))],
  ])('finding 4: a TypeError over %s is no invalid signature', async (_what, prepare) => {
    const { issuer, clock, trusted } = await createWorld()
    await trusted.keys.refresh()
    const token = await issuer.service()
    const { kid } = issuer.jwks().keys[0] ?? {}
    const key = (await trusted.keys.find({ algorithm: 'ES256', keyId: kid })) as VerificationKey
    const keys = { ...trusted.keys, find: () => ({ ...key, prepare }) }
    const issuers = new Map([[issuer.issuer, { ...trusted, keys }]])
    const verifying = async (): Promise<Outcome> =>
      verifyToken(token, { issuers, maxTokenLength: 8192, clock })
    await expect(verifying()).rejects.toThrow(TypeError)
  })
})

describe('laws', () => {
  it('rule 8: no text makes it throw, and all of them are refused with invalid_token', async () => {
    const { kid } = world.issuer.jwks().keys[0] ?? {}
    const header = fc.oneof(
      fc.jsonValue(),
      fc.dictionary(fc.constantFrom('alg', 'typ', 'kid', 'crit', '__proto__'), fc.jsonValue()),
      fc.constant({ alg: 'ES256', typ: 'at+jwt', kid }),
    )
    const claims = fc.oneof(fc.jsonValue(), fc.constant({ iss: world.issuer.issuer }))
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(header, claims, fc.uint8Array({ minLength: 1, maxLength: 100 }))
        .map(
          ([first, second, third]) =>
            `${encode(first)}.${encode(second)}.${Buffer.from(third).toString('base64url')}`,
        ),
    )
    await fc.assert(
      fc.asyncProperty(text, async (token) => {
        expect(await world.verify(token)).toMatchObject({ code: 'invalid_token' })
      }),
      { numRuns: 500 },
    )
  })

  it('rule 7: the log says what was expected and where to look', async () => {
    const { issuer } = world
    const messageOf = async (token: string): Promise<string> => {
      const outcome = await world.verify(token)
      return isRefusal(outcome) ? outcome.message : 'admitted'
    }
    const unknown = await messageOf(await issuer.service({ claims: { iss: 'https://b.test' } }))
    expect(unknown).toMatch(advice)
    expect(unknown).toContain('one of ["https://issuer.test"], got "https://b.test"')
    expect(unknown).toMatch(/a trailing slash counts.*as the tokens spell it$/)
    expect(await messageOf(await issuer.otherKey())).toMatch(
      /^expected a signature by the named key of https:\/\/issuer\.test; the token was .* forged$/,
    )
  })

  it('rule 7: no message repeats the token or its parts', async () => {
    const { issuer } = world
    const tokens = await Promise.all([
      issuer.otherKey(),
      issuer.unknownKey(),
      issuer.expired(),
      issuer.wrongAudience(),
      issuer.service({ header: { alg: 'none' } }),
      issuer.service({ header: { jku: 'https://attacker.test' } }),
      issuer.service({ claims: { iss: 'https://attacker.test' } }),
      issuer.service({ claims: { exp: 'soon' } }),
    ])
    for (const token of tokens) {
      const outcome = await world.verify(token)
      expect(isRefusal(outcome)).toBe(true)
      for (const part of partsOf(token)) expect(JSON.stringify(outcome)).not.toContain(part)
    }
  })
})

/** Sets a bit that the last character of the signature wastes: the same bytes, spelt otherwise. */
const respell = (token: string): string =>
  `${token.slice(0, -1)}${String.fromCharCode(token.charCodeAt(token.length - 1) + 1)}`

const derOf = (signature: Buffer): Buffer => {
  const integers = [signature.subarray(0, 32), signature.subarray(32)].map((bytes) => {
    const positive = (bytes[0] ?? 0) > 0x7f ? Buffer.concat([Buffer.of(0), bytes]) : bytes
    return Buffer.concat([Buffer.of(0x02, positive.length), positive])
  })
  const body = Buffer.concat(integers)
  return Buffer.concat([Buffer.of(0x30, body.length), body])
}
