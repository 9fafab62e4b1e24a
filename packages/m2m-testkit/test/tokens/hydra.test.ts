import { expect, it } from 'vitest'
import { hydra, hydraUser } from '../../src/tokens/hydra.js'
import { facts } from './facts.js'

it('a service is its own subject, and only that tells it from a user', () => {
  const { sub, jti, ...service } = hydra.claims(facts)
  const { sub: account, jti: other, ...user } = hydraUser.claims(facts)
  expect(sub).toBe('client')
  expect(account).not.toBe('client')
  expect(jti).not.toBe(other)
  expect(user).toEqual(service)
})

it('lists audience and scopes', () => {
  expect(hydra.claims(facts)).toMatchObject({ aud: [facts.audience], scp: ['a', 'b'], ext: {} })
  expect(hydra.header).toEqual({ typ: 'JWT' })
})
