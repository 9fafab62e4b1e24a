import { describe, expect, it } from 'vitest'
import { keycloak, keycloakBefore262 } from '../../../src/principal/profiles/keycloak.js'
import type { JsonObject } from '../../../src/token/compact.js'
import { judge, serviceOf, without } from './samples.js'

describe('keycloak', () => {
  const service = serviceOf(keycloak)
  const withJti = (jti: string): JsonObject => ({ ...service, jti })
  const { classify } = keycloak

  it.each<[string, JsonObject, string]>([
    ['a service', service, 'service'],
    ['with the least of claims', { jti: 'trrtcc:f60f', azp: 'billing' }, 'service'],
    ['a lightweight token', withJti('trltcc:f60f'), 'service'],
    ['scopes of OpenID', { ...service, scope: 'openid profile email' }, 'service'],
    ['an offline one', withJti('ofrtcc:f60f'), 'service'],
    ['a person', { ...withJti('onrtac:f60f'), sid: 's' }, 'user'],
    ['a person by password', withJti('onrtro:f60f'), 'user'],
    ['a person by device', withJti('onrtdg:f60f'), 'user'],
    ['an exchanged token', withJti('trrtte:f60f'), 'unknown'],
    ['a refreshed token', withJti('onrtrt:f60f'), 'unknown'],
    ['an unknown session', withJti('unrtcc:f60f'), 'unknown'],
    ['an unknown grant', withJti('trrtna:f60f'), 'unknown'],
    ['the grant at another place', withJti('cctrrt:f60f'), 'unknown'],
    ['more before it', withJti('xtrrtcc:f60f'), 'unknown'],
    ['upper case', withJti('TRRTCC:f60f'), 'unknown'],
    ['no grant, as before 26.2', withJti('f60fa4a6'), 'unknown'],
    ['another client', { ...service, client_id: 'reports' }, 'unknown'],
    ['a session', { ...service, sid: 's' }, 'unknown'],
    ['no client', without(service, 'azp'), 'unknown'],
  ])('%s: %3$s', (_what, claims, kind) => {
    expect(classify(claims).kind).toBe(kind)
  })

  it('is told with its evidence, and what to do where there is none', () => {
    expect(classify(service).evidence).toMatch(
      /^claim "jti" begins with a grant, .* the client-credentials grant, claim "azp" names/,
    )
    expect(classify(withJti('onrtac:x')).evidence).toBe('claim "jti" begins with a grant of people')
    expect(classify(withJti('f60fa4a6'))).toEqual({
      kind: 'unknown',
      evidence: 'not so: claim "jti" begins with a grant, got "f60fa4a6"',
      remedy: expect.stringContaining('choose profile "keycloak-before-26.2"'),
    })
    expect(classify(withJti('onrtte:x'))).toMatchObject({
      remedy: 'exchanged and refreshed tokens cannot be told',
    })
    expect(classify({ ...service, sid: 's' })).toMatchObject({
      evidence: 'not so: claim "sid" is absent',
      remedy: 'do not use refresh tokens for client credentials',
    })
  })

  it.each(['ID', 'Refresh', 'Offline', 'Logout', 'DPoP', 'bearer', undefined])(
    'a token that says typ %s among its claims is no access token',
    (typ) => {
      expect(judge(keycloak, { ...service, typ })).toBe('token_kind')
      expect(judge(keycloakBefore262, { ...serviceOf(keycloakBefore262), typ })).toBe('token_kind')
    },
  )

  it('knows its issuers', () => {
    expect(keycloak.isIssuer('https://sso.acme.test/realms/acme')).toBe(true)
    expect(keycloak.isIssuer('http://localhost:8080/auth/realms/acme')).toBe(true)
    expect(keycloak.isIssuer('https://acme.test/realms')).toBe(false)
  })
})

describe('keycloak before 26.2', () => {
  const service = serviceOf(keycloakBefore262)
  const { classify } = keycloakBefore262

  it.each<[string, JsonObject, string]>([
    ['a service', service, 'service'],
    ['before 21.1', { ...without(service, 'client_id'), clientId: 'Billing' }, 'service'],
    ['a person', { ...service, preferred_username: 'jdoe', sid: 's' }, 'user'],
    ['a person of old', { ...service, session_state: 's' }, 'user'],
    ['a name that is not the account', { ...service, preferred_username: 'jdoe' }, 'unknown'],
    [
      'the account of another client',
      { ...service, preferred_username: 'service-account-reports' },
      'unknown',
    ],
    [
      'the account name in upper case',
      { ...service, preferred_username: 'service-account-Billing' },
      'unknown',
    ],
    ['the name alone', without(service, 'client_id'), 'unknown'],
    ['no name', without(service, 'preferred_username'), 'unknown'],
    ['a token of a newer server', { ...service, jti: 'trrtcc:f60f' }, 'unknown'],
    ['an exchanged one of a newer server', { ...service, jti: 'trrtte:f60f' }, 'unknown'],
  ])('%s: %3$s', (_what, claims, kind) => {
    expect(classify(claims).kind).toBe(kind)
  })

  it('is told with its evidence', () => {
    expect(classify(service).evidence).toMatch(
      /^claim "jti" begins with no grant, .*, claim "preferred_username" is the service account of azp$/,
    )
    expect(classify({ ...service, preferred_username: 'x' }).evidence).toBe(
      'not so: claim "preferred_username" is the service account of azp',
    )
  })

  it('is never guessed from the name of an issuer', () => {
    expect(keycloakBefore262.isIssuer('https://sso.acme.test/realms/acme')).toBe(false)
  })
})
