import { describe, expect, it } from 'vitest'
import { auth0, cognito, entra, keycloak, okta } from '../../src/options/providers.js'
import { problemsOf } from '../m2m/fixture.js'
import { good, isolateEnvironment, read } from './fixture.js'

isolateEnvironment()

const tenantId = '8d3f1c52-0a6b-4f0e-9c1d-2b7e5a4c9f10'
const pool = { region: 'eu-west-1', userPoolId: 'eu-west-1_AbCdEf', clientIds: ['c-1'] }
const audience = good.audience

type Make = (value: never) => unknown

describe('what each helper knows, to the letter', () => {
  it('cognito', () => {
    const issuer = 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf'
    const known = { profile: 'cognito', issuer, clientIds: ['c-1'] }
    expect(cognito(pool)).toEqual({ ...known, jwksUri: `${issuer}/.well-known/jwks.json` })
    expect(cognito({ ...pool, issuerType: 'original' })).toEqual(cognito(pool))
  })

  it('cognito, the other spelling of the issuer', () => {
    const issuer = 'https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEf'
    const { jwksUri, ...updated } = cognito({ ...pool, issuerType: 'updated' })
    expect(updated).toEqual({ profile: 'cognito', issuer, clientIds: ['c-1'] })
    expect(jwksUri).toBe(`${issuer}/.well-known/jwks.json`)
  })

  it('cognito, in China', () => {
    const { issuer } = cognito({ ...pool, region: 'cn-north-1', userPoolId: 'cn-north-1_A' })
    expect(issuer).toBe('https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_A')
  })

  it('auth0: iss ends in a slash', () => {
    const known = { profile: 'auth0', issuer: 'https://acme.eu.auth0.com/' }
    expect(auth0({ domain: 'acme.eu.auth0.com' })).toEqual(known)
    expect(auth0({ domain: 'login.acme.test' }).issuer).toBe('https://login.acme.test/')
  })

  it('entra, version 2', () => {
    const issuer = `https://login.microsoftonline.com/${tenantId}/v2.0`
    expect(entra({ tenantId })).toEqual({ profile: 'entra', issuer })
    expect(entra({ tenantId, version: 2 })).toEqual(entra({ tenantId }))
  })

  it('entra, version 1: the keys are at another host than iss', () => {
    expect(entra({ tenantId, version: 1 })).toEqual({
      profile: 'entra',
      issuer: `https://sts.windows.net/${tenantId}/`,
      jwksUri: `https://login.microsoftonline.com/${tenantId}/discovery/keys`,
    })
  })

  it('okta', () => {
    const issuer = 'https://acme.okta.com/oauth2/aus8'
    const known = { profile: 'okta', issuer, jwksUri: `${issuer}/v1/keys` }
    expect(okta({ domain: 'acme.okta.com', authServerId: 'aus8' })).toEqual(known)
    const byDefault = okta({ domain: 'acme.okta.com' })
    expect(byDefault.issuer).toBe('https://acme.okta.com/oauth2/default')
  })

  it('keycloak', () => {
    const issuer = 'https://sso.acme.test/realms/acme'
    const jwksUri = `${issuer}/protocol/openid-connect/certs`
    const known = { profile: 'keycloak', issuer, jwksUri }
    expect(keycloak({ url: 'https://sso.acme.test', realm: 'acme' })).toEqual(known)
    expect(keycloak({ url: 'https://sso.acme.test//', realm: 'acme' })).toEqual(known)
    const old = { url: 'http://localhost:8080/auth', realm: 'acme', before262: true }
    expect(keycloak(old)).toMatchObject({
      profile: 'keycloak-before-26.2',
      issuer: 'http://localhost:8080/auth/realms/acme',
    })
  })

  it.each([
    ['cognito', cognito(pool)],
    ['auth0', { ...auth0({ domain: 'acme.auth0.com' }), audience }],
    ['entra', { ...entra({ tenantId }), audience }],
    ['entra, version 1', { ...entra({ tenantId, version: 1 }), audience }],
    ['okta', { ...okta({ domain: 'acme.okta.com' }), audience }],
    ['keycloak', { ...keycloak({ url: 'https://sso.acme.test', realm: 'acme' }), audience }],
  ])('%s: is all that the options need', (_what, options) => {
    const { problems, settings } = read(options)
    expect(problems).toEqual([])
    expect(settings.issuers[0]?.profile.name).toBe(options.profile)
    expect(settings.issuers[0]?.profile.isIssuer(options.issuer)).toBe(true)
  })
})

describe('rule 4: nobody forgets who the tokens are for', () => {
  it('cognito without clients is refused, whatever stands there', () => {
    for (const clientIds of [undefined, [], [''], '', null]) {
      const options = cognito({ ...pool, clientIds: clientIds as never })
      expect(read(options).problems.length).toBeGreaterThan(0)
    }
  })

  it('the others want an audience', () => {
    for (const options of [auth0({ domain: 'acme.auth0.com' }), entra({ tenantId })]) {
      expect(read(options).problems).toMatchObject([{ code: 'M2M_CFG_AUDIENCE_MISSING' }])
    }
  })
})

describe('rule 1: what is malformed is a ConfigurationError that names it', () => {
  const rows: readonly (readonly [string, values: readonly unknown[], make: Make])[] = [
    [
      'region',
      [undefined, null, '', 'eu west', 'eu-west-1.evil.test', 'eu/west', 'EU-WEST-1', ['eu'], 7],
      (region) => cognito({ ...pool, region }),
    ],
    [
      'userPoolId',
      [undefined, null, '', 'a/b', 'a?b', 'a b', '../x', ['a'], 7],
      (userPoolId) => cognito({ ...pool, userPoolId }),
    ],
    [
      'issuerType',
      [null, '', 'ORIGINAL', 'other', true],
      (issuerType) => cognito({ ...pool, issuerType }),
    ],
    [
      'domain',
      [
        ...[undefined, null, '', 'https://acme.auth0.com', 'acme.auth0.com/', 'acme', 'a..b', 7],
        ...['acme.auth0.com:443', 'ACME.auth0.com', 'u@acme.auth0.com', 'a.b?c', ['acme.test']],
      ],
      (domain) => auth0({ domain }),
    ],
    ['domain', [undefined, 'https://acme.okta.com', 'acme'], (domain) => okta({ domain })],
    [
      'authServerId',
      [null, '', 'a/b', 'a b', '..', 7],
      (authServerId) => okta({ domain: 'acme.okta.com', authServerId }),
    ],
    [
      'tenantId',
      [
        ...[undefined, null, '', 'common', 'organizations', 'consumers', 'acme.onmicrosoft.com'],
        ...[tenantId.toUpperCase(), `${tenantId}/`, `{${tenantId}}`, [tenantId], '{tenantid}'],
      ],
      (id) => entra({ tenantId: id }),
    ],
    ['version', [null, 0, 3, '2', 2.5], (version) => entra({ tenantId, version })],
    [
      'url',
      [
        ...[undefined, null, '', 'sso.acme.test', 'ftp://sso.acme.test', 'https://', 7],
        ...['https://sso.acme.test?x', 'https://sso.acme.test#x', 'https://sso.acme.test '],
        ...['https://sso acme.test', ['https://sso.acme.test']],
      ],
      (url) => keycloak({ url, realm: 'acme' }),
    ],
    [
      'realm',
      [undefined, null, '', 'a/b', 'a?b', 'a b', 'a#b', 'a%2fb', 7],
      (realm) => keycloak({ url: 'https://sso.acme.test', realm }),
    ],
    [
      'before262',
      [null, 'false', 'no', 0, 1],
      (before262) => keycloak({ url: 'https://sso.acme.test', realm: 'acme', before262 }),
    ],
  ]
  const cases = rows.flatMap(([path, values, make]) =>
    values.map((value) => ({ path, value, make })),
  )

  it.each(cases)('$path of $value (%#)', ({ path, value, make }) => {
    const problems = problemsOf(() => make(value as never))
    expect(problems).toMatchObject([{ code: 'M2M_CFG_ISSUER_INVALID', path }])
    expect(problems[0]?.message).toMatch(/^expected .*, got /)
  })

  it('keycloak: a password in the URL does not get far', () => {
    const options = keycloak({ url: 'https://u:p@sso.acme.test', realm: 'acme' })
    expect(read({ ...options, audience }).problems).toMatchObject([
      { code: 'M2M_CFG_KEYS_INVALID', path: 'jwksUri' },
    ])
  })
})
