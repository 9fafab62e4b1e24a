import { expect, it } from 'vitest'
import { duende, duendeUser } from '../../src/tokens/duende.js'
import { facts } from './facts.js'

const ofPeople = ['sub', 'idp', 'auth_time', 'amr', 'sid']

it('a service has no subject, nor any other claim of people', () => {
  const claims = duende.claims(facts)
  expect(claims).toMatchObject({ client_id: 'client', scope: ['a', 'b'] })
  for (const name of ofPeople) expect(claims).not.toHaveProperty(name)
  expect(duende.header).toEqual({ typ: 'at+jwt' })
})

it('a user has them all', () => {
  const claims = duendeUser.claims(facts)
  expect(claims).toHaveProperty('client_id', 'client')
  for (const name of ofPeople) expect(claims).toHaveProperty(name)
  expect(duendeUser.header).toEqual(duende.header)
})
