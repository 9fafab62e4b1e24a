import { describe, expect, it } from 'vitest'
import {
  keycloak,
  keycloakBefore262,
  keycloakBefore262User,
  keycloakUser,
} from '../../src/tokens/keycloak.js'
import { facts } from './facts.js'

it('from 26.2 on, jti tells session, token and grant', () => {
  expect(keycloak.claims(facts)['jti']).toMatch(/^trrtcc:[0-9a-f-]{36}$/)
  expect(keycloakUser.claims(facts)['jti']).toMatch(/^onrtac:[0-9a-f-]{36}$/)
})

it('before 26.2, jti tells nothing', () => {
  for (const shape of [keycloakBefore262, keycloakBefore262User]) {
    expect(shape.claims(facts)['jti']).toMatch(/^[0-9a-f-]{36}$/)
  }
})

describe.each([
  ['26.2', keycloak, keycloakUser],
  ['before 26.2', keycloakBefore262, keycloakBefore262User],
])('%s', (_version, service, user) => {
  it('is an access token by its payload, for the audience and for account', () => {
    for (const shape of [service, user]) {
      const claims = shape.claims(facts)
      expect(claims).toMatchObject({
        typ: 'Bearer',
        azp: 'client',
        aud: [facts.audience, 'account'],
      })
      expect(shape.header).toEqual({ typ: 'JWT' })
    }
  })

  it('a service account has the lower-case name of its client, and no session', () => {
    const claims = service.claims({ ...facts, clientId: 'Client' })
    expect(claims).toMatchObject({ azp: 'Client', client_id: 'Client' })
    expect(claims['preferred_username']).toBe('service-account-client')
    expect(claims).not.toHaveProperty('sid')
    expect(claims).not.toHaveProperty('session_state')
  })

  it('a service account has the scopes of people, too', () => {
    expect(service.claims(facts)['scope']).toBe('a b profile email')
  })

  it('a user has a session and a name, and no client_id', () => {
    const claims = user.claims(facts)
    expect(claims).toMatchObject({ sid: expect.any(String), preferred_username: 'ada' })
    expect(claims).not.toHaveProperty('client_id')
  })
})
