import { expect, it } from 'vitest'
import { stytch, stytchUser } from '../../src/tokens/stytch.js'
import { facts } from './facts.js'

it('the id of a service tells that it is one, and stands in sub alone', () => {
  const claims = stytch.claims({ ...facts, clientId: stytch.clientId })
  expect(claims['sub']).toMatch(/^m2m-client-(test|live)-[0-9a-f-]{36}$/)
  expect(claims).not.toHaveProperty('client_id')
  expect(claims).toHaveProperty('scope', 'a b')
})

it('a user has a session, under the same issuer, audience and header', () => {
  const claims = stytchUser.claims(facts)
  expect(claims['sub']).toMatch(/^user-/)
  expect(claims).toHaveProperty(['https://stytch.com/session', 'started_at'])
  const { iss, aud } = stytch.claims(facts)
  expect(claims).toMatchObject({ iss, aud })
  expect(stytchUser.header).toEqual(stytch.header)
})
