import { expect, it } from 'vitest'
import {
  delegated,
  dpopProof,
  idToken,
  logoutToken,
  refreshToken,
} from '../../src/tokens/look-alikes.js'
import { facts } from './facts.js'

it('all are addressed to the API, so that only their kind gives them away', () => {
  for (const shape of [idToken, refreshToken, dpopProof, logoutToken, delegated]) {
    expect(shape.claims(facts)).toMatchObject({ iss: facts.issuer, aud: facts.audience })
  }
})

it('an ID token is bound to a sign-in and to an access token', () => {
  const claims = idToken.claims(facts)
  expect(claims).toMatchObject({ nonce: expect.any(String), at_hash: expect.any(String) })
  expect(idToken.header).toEqual({ typ: 'JWT' })
})

it('a refresh token says so in its payload alone', () => {
  expect(refreshToken.claims(facts)).toHaveProperty('typ', 'Refresh')
  expect(refreshToken.header).toEqual({ typ: 'JWT' })
})

it('a DPoP proof brings a key, and names a request', () => {
  expect(dpopProof.header).toMatchObject({ typ: 'dpop+jwt', jwk: { kty: 'EC' } })
  expect(dpopProof.claims(facts)).toMatchObject({ htm: 'POST', htu: expect.any(String) })
})

it('a logout token is an event', () => {
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} }
  expect(logoutToken.claims(facts)).toHaveProperty('events', events)
  expect(logoutToken.header).toEqual({ typ: 'logout+jwt' })
})

it('a delegated token has a person as subject and a service as actor', () => {
  const claims = delegated.claims(facts)
  expect(claims).toMatchObject({ sub: 'user-1', act: { sub: 'client' }, client_id: 'client' })
  expect(delegated.header).toEqual({ typ: 'at+jwt' })
})
