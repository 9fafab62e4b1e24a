import { expect, it } from 'vitest'
import { oidcProvider, oidcProviderUser } from '../../src/tokens/oidc-provider.js'
import { facts } from './facts.js'

it('a service is its own subject, and only that tells it from a user', () => {
  const { sub, jti, ...service } = oidcProvider.claims(facts)
  const { sub: account, jti: other, ...user } = oidcProviderUser.claims(facts)
  expect(sub).toBe('client')
  expect(account).not.toBe('client')
  expect(jti).not.toBe(other)
  expect(user).toEqual(service)
})

it('is an RFC 9068 access token', () => {
  expect(oidcProvider.header).toEqual({ typ: 'at+jwt' })
  const required = ['iss', 'exp', 'aud', 'sub', 'client_id', 'iat', 'jti']
  expect(Object.keys(oidcProvider.claims(facts))).toEqual(expect.arrayContaining(required))
})
