import { expect, it } from 'vitest'
import { cognito, cognitoUser } from '../../src/tokens/cognito.js'
import { facts } from './facts.js'

it('a service is its own subject, in an access token with neither typ nor aud', () => {
  const claims = cognito.claims(facts)
  expect(claims).toMatchObject({ sub: 'client', client_id: 'client', token_use: 'access' })
  expect(claims).toMatchObject({ scope: 'a b', auth_time: facts.issuedAt })
  for (const name of ['aud', 'username', 'cognito:groups', 'device_key']) {
    expect(claims).not.toHaveProperty([name])
  }
  expect(cognito.header).toEqual({})
})

it('a user has a name, and another subject than the client', () => {
  const claims = cognitoUser.claims(facts)
  expect(claims).toMatchObject({ username: 'ada', client_id: 'client', token_use: 'access' })
  expect(claims['sub']).not.toBe('client')
  expect(claims).not.toHaveProperty('aud')
})
