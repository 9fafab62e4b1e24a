import { describe, expect, it } from 'vitest'
import { faults, good, isolateEnvironment, publicKey, read } from './fixture.js'

isolateEnvironment()

describe('checkKeys', () => {
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

describe('checkKeys refuses keys that no token could be verified with', () => {
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
