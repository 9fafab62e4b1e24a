import { describe, expect, it } from 'vitest'
import { auth0, auth0Rfc9068, auth0Rfc9068User, auth0User } from '../../src/tokens/auth0.js'
import { facts } from './facts.js'

it.each([
  ['default', auth0, 'azp', 'JWT'],
  ['RFC 9068', auth0Rfc9068, 'client_id', 'at+jwt'],
] as const)(
  'in the %s profile the subject of a service is client@clients',
  (_name, shape, client, typ) => {
    expect(shape.claims(facts)).toMatchObject({ sub: 'client@clients', [client]: 'client' })
    expect(shape.header).toEqual({ typ })
  },
)

it('only the default profile names the grant, and only of a service', () => {
  expect(auth0.claims(facts)).toHaveProperty('gty', 'client-credentials')
  for (const shape of [auth0User, auth0Rfc9068, auth0Rfc9068User]) {
    expect(shape.claims(facts)).not.toHaveProperty('gty')
  }
})

describe.each([
  ['default', auth0User, auth0],
  ['RFC 9068', auth0Rfc9068User, auth0Rfc9068],
] as const)('a user in the %s profile', (_name, user, service) => {
  it('has a connection in the subject, and the header of the profile', () => {
    expect(user.claims(facts)['sub']).toMatch(/^auth0\|/)
    expect(user.header).toEqual(service.header)
  })

  it.each(['https://acme.test/', 'https://acme.test'])('may ask /userinfo of %s', (issuer) => {
    const { aud } = user.claims({ ...facts, issuer })
    expect(aud).toEqual(['https://api.test', 'https://acme.test/userinfo'])
  })
})
