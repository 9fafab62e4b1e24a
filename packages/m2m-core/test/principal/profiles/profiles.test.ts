import { describe, expect, it } from 'vitest'
import { profiles, providerOf } from '../../../src/principal/profiles/profiles.js'

describe('profiles', () => {
  it('are found by their names', () => {
    expect([...profiles.keys()].sort()).toEqual([
      'auth0',
      'cognito',
      'duende',
      'entra',
      'generic',
      'hydra',
      'keycloak',
      'keycloak-before-26.2',
      'oidcProvider',
      'okta',
      'oracle',
      'rfc9068',
      'stytch',
    ])
    for (const [name, one] of profiles) expect(one.name).toBe(name)
    expect(profiles.get('__proto__')).toBeUndefined()
  })

  it('cannot be changed by whoever reads them', () => {
    for (const one of profiles.values()) {
      const { types, requiredClaims, clientIdClaims, kind } = one.token
      for (const part of [one, one.token, types, requiredClaims, clientIdClaims, kind]) {
        expect(Object.isFrozen(part)).toBe(true)
      }
      expect(Object.isFrozen(one.grantsFrom)).toBe(true)
    }
  })

  it('row 17: admit no typ of another kind of token', () => {
    const others = ['dpop+jwt', 'txntoken+jwt', 'logout+jwt', 'secevent+jwt', 'kb+jwt']
    for (const { token } of profiles.values()) {
      for (const other of others) expect(token.types).not.toContain(other)
    }
  })

  it('write typ as it is compared: lower case and without application/', () => {
    for (const { token } of profiles.values()) {
      for (const type of token.types) {
        expect(type ?? '').toBe((type ?? '').toLowerCase())
        expect(type ?? '').not.toMatch(/^application\//)
      }
    }
  })

  it('rule 4: pin client ids instead of an audience only where tokens have none', () => {
    const pinning = [...profiles.values()].filter(({ allowsClientIds }) => allowsClientIds)
    expect(pinning.map(({ name }) => name).sort()).toEqual(['cognito', 'generic'])
  })

  it('name a client by claims that they require, or that make no service when absent', () => {
    for (const { token, classify } of profiles.values()) {
      expect(token.clientIdClaims.length).toBeGreaterThan(0)
      expect(classify({ iss: 'https://issuer.test', jti: 'j-1' }).kind).toBe('unknown')
    }
  })
})

describe('the provider that the name of an issuer tells', () => {
  it.each([
    ['https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A', 'cognito'],
    ['https://acme.eu.auth0.com/', 'auth0'],
    ['https://sts.windows.net/8d3f1c52/', 'entra'],
    ['https://acme.okta.com/oauth2/default', 'okta'],
    ['https://sso.acme.test/realms/acme', 'keycloak'],
    ['https://identity.oraclecloud.com/', 'oracle'],
    ['stytch.com/project-live-1', 'stytch'],
  ])('%s: %s', (issuer, name) => {
    expect(providerOf(issuer)?.name).toBe(name)
    const all = [...profiles.values()].filter(({ isIssuer }) => isIssuer(issuer))
    expect(all).toHaveLength(1)
  })

  it.each(['https://issuer.test', 'https://login.acme.test/', 'kubernetes', '', '__proto__'])(
    '%j: none',
    (issuer) => {
      expect(providerOf(issuer)).toBeUndefined()
    },
  )
})
