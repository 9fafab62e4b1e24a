import { expect, it } from 'vitest'
import { oracle, oracleUser } from '../../src/tokens/oracle.js'
import { facts } from './facts.js'

it('both are access tokens by tok_type, with no typ', () => {
  for (const shape of [oracle, oracleUser]) {
    expect(shape.claims(facts)).toMatchObject({ tok_type: 'AT', client_id: 'client' })
    expect(shape.header).not.toHaveProperty('typ')
  }
})

it('a service is its own subject, of the type client', () => {
  const claims = oracle.claims(facts)
  expect(claims).toMatchObject({ sub: 'client', sub_type: 'client' })
  expect(claims).not.toHaveProperty('user_id')
  expect(claims).not.toHaveProperty('user_displayname')
})

it('a user has an id and a name, and may have roles of the client', () => {
  const claims = oracleUser.claims(facts)
  const { clientAppRoles } = oracle.claims(facts)
  expect(claims).toMatchObject({ sub_type: 'user', user_displayname: 'Ada Lovelace' })
  expect(claims).toMatchObject({ user_id: expect.any(String), clientAppRoles })
})
