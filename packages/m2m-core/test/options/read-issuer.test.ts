import { describe, expect, it } from 'vitest'
import { faults, good, isolateEnvironment, publicKey, read } from './fixture.js'

isolateEnvironment()

describe('readIssuer: who and for whom', () => {
  it('refuses to start without an audience (threat row 14)', () => {
    expect(faults({ issuer: good.issuer })).toEqual(['M2M_CFG_AUDIENCE_MISSING audience'])
    expect(faults({ ...good, audience: undefined })).toEqual(['M2M_CFG_AUDIENCE_MISSING audience'])
  })

  it('client ids stand in for it only where the profile has no aud (rule 4)', () => {
    const pinned = { issuer: good.issuer, clientIds: ['c-1'] }
    expect(faults({ ...pinned, profile: 'generic' })).toEqual([])
    expect(faults({ ...pinned, profile: 'rfc9068' })).toEqual(['M2M_CFG_AUDIENCE_MISSING audience'])
    expect(faults(pinned)).toEqual(['M2M_CFG_AUDIENCE_MISSING audience'])
  })

  it('refuses to start without an issuer', () => {
    expect(faults({ audience: good.audience })).toEqual(['M2M_CFG_ISSUER_MISSING issuer'])
    for (const issuer of ['', null, 7, ['https://issuer.test'], {}]) {
      expect(faults({ ...good, issuer })).toEqual(['M2M_CFG_ISSUER_MISSING issuer'])
    }
  })

  it.each([
    'issuer.test',
    'ftp://issuer.test',
    'javascript:alert(1)',
    'file:///etc/passwd',
    'https://issuer.test?tenant=1',
    'https://issuer.test#x',
    'https://user:secret@issuer.test',
    'https://',
  ])('%s cannot be discovered from', (issuer) => {
    expect(faults({ ...good, issuer })).toEqual(['M2M_CFG_ISSUER_INVALID issuer'])
  })

  it('an iss that is no URL is right where nothing is discovered', async () => {
    const jwks = { keys: [await publicKey()] }
    expect(faults({ ...good, issuer: 'kubernetes', jwks })).toEqual([])
    expect(faults({ ...good, issuer: 'k8s', jwksUri: 'https://k8s.test/keys' })).toEqual([])
  })

  it('keeps the spelling of the issuer: a trailing slash counts (threat row 15)', () => {
    const { settings } = read({ ...good, issuer: 'https://Issuer.test/' })
    expect(settings.issuers[0]?.issuer).toBe('https://Issuer.test/')
  })

  it('did you mean: a profile', () => {
    const [problem] = read({ ...good, profile: 'rfc9086' }).problems
    expect(problem?.message).toContain('did you mean "rfc9068"?')
  })
})

describe('readIssuer: keys', () => {
  it('takes public keys', async () => {
    const key = await publicKey()
    expect(faults({ ...good, jwks: { keys: [key] } })).toEqual([])
  })

  it('refuses jwks and jwksUri together', async () => {
    const jwks = { keys: [await publicKey()] }
    expect(faults({ ...good, jwks, jwksUri: 'https://issuer.test/keys' })).toEqual([
      'M2M_CFG_KEYS_INVALID jwks',
    ])
  })

  it.each([{}, { keys: [] }, { keys: {} }, [], null, 'keys', 7])('refuses jwks %j', (jwks) => {
    expect(faults({ ...good, jwks })).toEqual(['M2M_CFG_KEYS_INVALID jwks'])
  })

  it('threat row 47: refuses a private or symmetric key and says where', async () => {
    const key = await publicKey()
    const secret = 'c2VjcmV0LXNlY3JldC1zZWNyZXQ'
    const keys = [key, { ...key, d: secret }, { kty: 'oct', k: secret }]
    const { problems } = read({ ...good, jwks: { keys } })
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['M2M_CFG_KEYS_INVALID', 'jwks.keys[1]'],
      ['M2M_CFG_KEYS_INVALID', 'jwks.keys[2]'],
    ])
    expect(JSON.stringify(problems)).not.toContain(secret)
  })

  it('refuses keys that cannot verify signatures', async () => {
    const key = await publicKey()
    const wrong = [
      { ...key, use: 'enc' },
      { ...key, alg: 'HS256' },
      { ...key, alg: 'ES512' },
      { ...key, kty: 'DSA' },
      { ...key, crv: 'P-192' },
      { ...key, kid: 7 },
      { ...key, key_ops: ['sign'] },
      { kty: 'RSA', n: 'AQAB', e: 'AQAB' },
      null,
      'key',
    ]
    const paths = wrong.map((_key, index) => `M2M_CFG_KEYS_INVALID jwks.keys[${index}]`)
    expect(faults({ ...good, jwks: { keys: wrong } })).toEqual(paths)
  })

  it.each(['issuer.test/keys', 'ftp://issuer.test/keys', 'file:///keys', 'https://', '', 7, null])(
    'refuses jwksUri %j',
    (jwksUri) => {
      expect(faults({ ...good, jwksUri })).toEqual(['M2M_CFG_KEYS_INVALID jwksUri'])
    },
  )
})

describe('readIssuer: keys that no token could be verified with', () => {
  it.each(['https://[', 'https://user:secret@issuer.test/keys', 'https://secret@issuer.test'])(
    'jwksUri %s, which the message does not repeat',
    (jwksUri) => {
      const { problems } = read({ ...good, jwksUri })
      expect(problems).toMatchObject([{ code: 'M2M_CFG_KEYS_INVALID', path: 'jwksUri' }])
      expect(JSON.stringify(problems)).not.toContain('secret')
    },
  )

  it('two usable keys that share a kid; a refused one takes none', async () => {
    const [one, other] = await Promise.all([publicKey(), publicKey()])
    const keys = [
      { ...one, kid: 'k' },
      { ...other, kid: 'k' },
    ]
    expect(faults({ ...good, jwks: { keys } })).toEqual([
      'M2M_CFG_KEYS_INVALID jwks.keys[0]',
      'M2M_CFG_KEYS_INVALID jwks.keys[1]',
    ])
    const refused = { ...other, kid: 'k', use: 'enc' }
    expect(faults({ ...good, jwks: { keys: [{ ...one, kid: 'k' }, refused] } })).toEqual([
      'M2M_CFG_KEYS_INVALID jwks.keys[1]',
    ])
  })

  it.each(['', 'AA', '!!', 'A'.repeat(43)])('an EC key with x %j', async (x) => {
    const key = await publicKey()
    expect(faults({ ...good, jwks: { keys: [{ ...key, x }] } })).toEqual([
      'M2M_CFG_KEYS_INVALID jwks.keys[0]',
    ])
  })

  it('keys that fit none of the algorithms', async () => {
    const jwks = { keys: [await publicKey()] }
    expect(faults({ ...good, jwks, algorithms: ['RS256', 'ES384'] })).toEqual([
      'M2M_CFG_KEYS_INVALID jwks',
    ])
    expect(faults({ ...good, jwks, algorithms: ['RS256', 'ES256'] })).toEqual([])
  })

  it('a list with a hole', async () => {
    const keys = [await publicKey()]
    keys.length = 2
    expect(faults({ ...good, jwks: { keys } })).toEqual(['M2M_CFG_KEYS_INVALID jwks.keys[1]'])
  })
})

it.each([Object.create(null), ['rfc9068'], { toString: 1 }, 7])(
  'a profile that is no text is a problem, never a crash (%#)',
  (profile) => {
    const { problems } = read({ ...good, profile })
    expect(problems.map(({ code }) => code)).toEqual(['M2M_CFG_PROFILE_UNKNOWN'])
  },
)

it("keeps its own copy of keys: what is added to the caller's list later was never checked", async () => {
  const jwks: { keys: object[] } = { keys: [{ ...(await publicKey()) }] }
  const { settings } = read({ ...good, jwks })
  jwks.keys.push({ kty: 'oct', k: 'c2VjcmV0' })
  expect(settings.issuers[0]?.jwks?.keys).toHaveLength(1)
})
