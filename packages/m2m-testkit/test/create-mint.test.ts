import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { createTestIssuer, tokenKinds } from '../src/index.js'
import { tokenShapes } from '../src/tokens/token-shapes.js'

const NOW = 1_700_000_000
const issuer = await createTestIssuer({ now: () => NOW * 1000 + 900 })
const withoutAudience = ['cognito', 'cognitoUser']

describe.each(tokenKinds)('mint.%s', (kind) => {
  it('signs a token of this issuer for its audience, valid now', async () => {
    const token = await issuer.mint[kind]()
    const audience = withoutAudience.includes(kind) ? {} : { audience: issuer.audience }
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(issuer.jwks()), {
      issuer: issuer.issuer,
      ...audience,
      currentDate: new Date(NOW * 1000),
      requiredClaims: ['exp', 'iat'],
    })
    expect(payload.iat).toBe(NOW)
    expect(payload.exp).toBeLessThanOrEqual(NOW + 86_400)
    expect(protectedHeader.kid).toBe(issuer.jwks().keys[0]?.kid)
  })

  it('gives every token an id of its own where it has one', async () => {
    const idOf = async () => {
      const { jti, uti } = decodeJwt(await issuer.mint[kind]())
      return jti ?? uti
    }
    const [first, second] = [await idOf(), await idOf()]
    if (first === undefined) expect(kind).toMatch(/^(stytch|auth0)(User)?$|^idToken$/)
    else expect(second).not.toBe(first)
  })

  it('lets the spec have the last word on claims and header', async () => {
    const token = await issuer.mint[kind]({
      claims: { iss: 'https://other.test', exp: undefined, extra: [1] },
      header: { typ: 'x', kid: undefined },
    })
    const claims = decodeJwt(token)
    expect(claims).toMatchObject({ iss: 'https://other.test', extra: [1] })
    expect(claims).not.toHaveProperty('exp')
    const header = decodeProtectedHeader(token)
    expect(header).toMatchObject({ alg: 'ES256', typ: 'x' })
    expect(header).not.toHaveProperty('kid')
  })

  it('names the client that it is asked for, and no other', async () => {
    const named = async (clientId: string) => {
      const token = decodeJwt(await issuer.mint[kind]({ clientId }))
      return JSON.stringify(token).includes(clientId)
    }
    const namesNone = ['stytchUser', 'dpopProof', 'logoutToken'].includes(kind)
    expect(await named('client-7c1e')).toBe(!namesNone)
    const other = decodeJwt(await issuer.mint[kind]({ clientId: 'client-7c1e' }))
    const { clientId } = tokenShapes[kind]
    const ids = ['client_id', 'azp', 'cid', 'appid', 'sub'].map((name) => other[name])
    expect(ids).not.toContain(clientId)
  })

  it('states the scopes that it is asked for, if it states any', async () => {
    const token = decodeJwt(await issuer.mint[kind]({ scopes: ['orders:read', 'orders:list'] }))
    const { scope, scp, roles } = token
    const stated = [scope, scp, roles].flat().join(' ').split(' ')
    const statesNone = ['stytchUser', 'idToken', 'dpopProof', 'logoutToken'].includes(kind)
    const expected = statesNone ? [] : ['orders:read', 'orders:list']
    expect(stated.filter((one) => one.startsWith('orders:'))).toEqual(expected)
  })
})

describe('mint', () => {
  it('has a method for each kind, and they work alone', async () => {
    expect(Object.keys(issuer.mint)).toEqual(tokenKinds)
    const { cognito } = issuer.mint
    expect(decodeJwt(await cognito()).iss).toBe(issuer.issuer)
  })

  it('signs with the algorithm of the issuer, and after a rotation with the new key', async () => {
    const rsa = await createTestIssuer({ algorithm: 'RS256' })
    const before = decodeProtectedHeader(await rsa.mint.okta())
    await rsa.rotate()
    const after = decodeProtectedHeader(await rsa.mint.okta())
    expect([before.alg, after.alg]).toEqual(['RS256', 'RS256'])
    expect(after.kid).toBe(rsa.jwks().keys[0]?.kid)
    expect(after.kid).not.toBe(before.kid)
  })

  it('gives a service the scope that other service tokens of this issuer have', async () => {
    const { scope } = decodeJwt(await issuer.service())
    expect(decodeJwt(await issuer.mint.oracle())).toHaveProperty('scope', scope)
  })
})
