import {
  createLocalJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  jwtVerify,
} from 'jose'
import { describe, expect, it } from 'vitest'
import { createTestIssuer, type TestIssuer } from '../src/index.js'

async function verify(issuer: TestIssuer, token: string): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, createLocalJWKSet(issuer.jwks()), {
    issuer: issuer.issuer,
    audience: issuer.audience,
    typ: 'at+jwt',
    requiredClaims: ['exp', 'iat', 'jti'],
  })
  return payload
}

describe('well-formed tokens', () => {
  it('of a service have sub equal to client_id', async () => {
    const issuer = await createTestIssuer()
    const claims = await verify(issuer, await issuer.service({ id: 'reports', scope: ['a', 'b'] }))
    expect(claims).toMatchObject({ sub: 'reports', client_id: 'reports', scope: 'a b' })
  })

  it('of a user have a sub that is not client_id', async () => {
    const issuer = await createTestIssuer()
    const claims = await verify(issuer, await issuer.user({ scope: 'orders:read' }))
    expect(claims).toMatchObject({ sub: 'user-1', client_id: 'billing', scope: 'orders:read' })
  })

  it('carry issuer, audience and algorithm of the options', async () => {
    const named = { issuer: 'https://id.example', audience: 'transfers' }
    const issuer = await createTestIssuer({ ...named, algorithm: 'RS256' })
    const token = await issuer.service()
    expect(decodeProtectedHeader(token).alg).toBe('RS256')
    expect(await verify(issuer, token)).toMatchObject({ iss: named.issuer, aud: named.audience })
  })

  it('take their times from now(), in whole seconds', async () => {
    const issuer = await createTestIssuer({ now: () => 1_700_000_000_900 })
    const times = async (token: Promise<string>) => {
      const { iat, exp } = decodeJwt(await token)
      return [iat, exp]
    }
    expect(await times(issuer.service())).toEqual([1_700_000_000, 1_700_000_300])
    expect(await times(issuer.service({ expiresIn: 60 }))).toEqual([1_700_000_000, 1_700_000_060])
    expect(await times(issuer.expired())).toEqual([1_699_996_100, 1_699_996_400])
    expect(await times(issuer.expired({ expiresIn: 60 }))).toEqual([1_699_996_340, 1_699_996_400])
  })

  it('let the spec have the last word on claims and header', async () => {
    const issuer = await createTestIssuer()
    const spec = { claims: { sub: 'x', jti: undefined }, header: { typ: 'JWT', kid: undefined } }
    const token = await issuer.user(spec)
    expect(decodeJwt(token)).toMatchObject({ sub: 'x', client_id: 'billing' })
    expect(decodeJwt(token)).not.toHaveProperty('jti')
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'ES256', typ: 'JWT' })
  })
})

describe('bad tokens', () => {
  it('each fail for the one reason they are named after', async () => {
    const issuer = await createTestIssuer()
    const check = async (token: Promise<string>) => expect(verify(issuer, await token)).rejects
    await (await check(issuer.expired())).toThrow(errors.JWTExpired)
    await (await check(issuer.wrongAudience())).toMatchObject({ claim: 'aud' })
    await (await check(issuer.otherKey())).toThrow(errors.JWSSignatureVerificationFailed)
    await (await check(issuer.unknownKey())).toThrow(errors.JWKSNoMatchingKey)
  })

  it('signed by the other key name the kid that suits the forgery', async () => {
    const issuer = await createTestIssuer()
    const current = issuer.jwks().keys[0]?.kid
    expect(decodeProtectedHeader(await issuer.otherKey()).kid).toBe(current)
    expect(decodeProtectedHeader(await issuer.unknownKey()).kid).not.toBe(current)
  })
})

describe('sign', () => {
  it('adds nothing to the claims and only what is missing to the header', async () => {
    const issuer = await createTestIssuer()
    const token = await issuer.sign({ header: { jku: 'https://evil.test' }, claims: { sub: 'x' } })
    const kid = issuer.jwks().keys[0]?.kid
    const header = { alg: 'ES256', typ: 'at+jwt', kid, jku: 'https://evil.test' }
    expect(decodeProtectedHeader(token)).toEqual(header)
    expect(decodeJwt(token)).toEqual({ sub: 'x' })
  })

  it('takes a header or claims in text or bytes as the whole of it', async () => {
    const issuer = await createTestIssuer()
    const header = `{"alg":"none","alg":"ES256","kid":"${issuer.jwks().keys[0]?.kid}"}`
    const claims = new TextEncoder().encode('{"sub":"x","sub":"y"}')
    const token = await issuer.sign({ header, claims })
    const [first = '', second = ''] = token.split('.')
    const read = (part: string) => Buffer.from(part, 'base64url').toString()
    expect([read(first), read(second)]).toEqual([header, '{"sub":"x","sub":"y"}'])
    await jwtVerify(token, createLocalJWKSet(issuer.jwks()))
  })

  it('signs with the key that is asked for', async () => {
    const issuer = await createTestIssuer()
    const keys = createLocalJWKSet(issuer.jwks())
    await jwtVerify(await issuer.sign({ claims: {}, key: 'current' }), keys)
    const forged = jwtVerify(await issuer.sign({ claims: {}, key: 'other' }), keys)
    await expect(forged).rejects.toThrow(errors.JWSSignatureVerificationFailed)
  })
})

describe('rotate', () => {
  it('withdraws the old key by default', async () => {
    const issuer = await createTestIssuer()
    const before = await issuer.service()
    await issuer.rotate()
    await verify(issuer, await issuer.service())
    await expect(verify(issuer, before)).rejects.toThrow(errors.JWKSNoMatchingKey)
    await expect(verify(issuer, await issuer.retired())).rejects.toThrow(errors.JWKSNoMatchingKey)
  })

  it('keeps the old key on request, the new one first', async () => {
    const issuer = await createTestIssuer()
    const before = await issuer.service()
    const old = issuer.jwks().keys[0]
    await issuer.rotate({ keepOld: true })
    expect(issuer.jwks().keys).toHaveLength(2)
    expect(issuer.jwks().keys[1]).toEqual(old)
    await verify(issuer, before)
    await verify(issuer, await issuer.retired())
    await verify(issuer, await issuer.service())
  })

  it('is needed before a retired token can be made', async () => {
    const issuer = await createTestIssuer()
    await expect(issuer.retired()).rejects.toThrow('rotate()')
  })
})

describe('options for a guard', () => {
  it('are plain values that spread', async () => {
    const issuer = await createTestIssuer()
    const { fetch, jwks, ...named } = { ...issuer.asOptions(), ...issuer.asStaticOptions() }
    expect(named).toEqual({ issuer: 'https://issuer.test', audience: 'https://api.test' })
    expect(fetch).toBe(issuer.fetch)
    expect(jwks).toEqual(issuer.jwks())
  })

  it('hand out copies of the key set', async () => {
    const issuer = await createTestIssuer()
    const { jwks } = issuer.asStaticOptions()
    const [key] = jwks.keys.splice(0)
    if (key) key.kid = 'changed'
    await verify(issuer, await issuer.service())
  })
})

it('needs an absolute URL as issuer', async () => {
  await expect(createTestIssuer({ issuer: 'issuer' })).rejects.toThrow(TypeError)
})
