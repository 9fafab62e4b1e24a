import { expect, it } from 'vitest'
import { okta, oktaUser } from '../../src/tokens/okta.js'
import { facts } from './facts.js'

it('a service is its own subject and has no uid, but auth_time', () => {
  const claims = okta.claims(facts)
  expect(claims).toMatchObject({ cid: 'client', sub: 'client', scp: ['a', 'b'] })
  expect(claims).toHaveProperty('auth_time')
  expect(claims).not.toHaveProperty('uid')
  expect(okta.header).toEqual({})
})

it('a user has a uid and a name as subject', () => {
  const claims = oktaUser.claims(facts)
  expect(claims).toMatchObject({ cid: 'client', scp: ['openid', 'a', 'b'] })
  expect(claims['uid']).toMatch(/^00u/)
  expect(claims['sub']).not.toBe('client')
})
