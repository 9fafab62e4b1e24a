import { expect, it } from 'vitest'
import { serviceClaims } from '../src/service-claims.js'

const issuance = { issuer: 'https://issuer.test', audience: 'https://api.test', issuedAt: 1000 }

it('describes a service: sub is client_id, five minutes, nothing optional', () => {
  expect(serviceClaims({}, issuance)).toEqual({
    iss: 'https://issuer.test',
    aud: 'https://api.test',
    sub: 'billing',
    client_id: 'billing',
    scope: 's2s:internal',
    iat: 1000,
    exp: 1300,
    jti: expect.any(String),
  })
})

it('spells the spec as claims', () => {
  const spec = {
    id: 'reports',
    scope: ['a', 'b'],
    allowedOps: ['transfers:create'],
    tier: 'internal',
    rateLimit: { limit: 100, window: 60 },
    expiresIn: 10,
  }
  expect(serviceClaims(spec, issuance)).toMatchObject({
    sub: 'reports',
    client_id: 'reports',
    scope: 'a b',
    allowed_ops: ['transfers:create'],
    tier: 'internal',
    rate_limit: { limit: 100, window: 60 },
    exp: 1010,
  })
})

it('gives every token its own jti', () => {
  const ids = Array.from({ length: 10 }, () => serviceClaims({}, issuance)).map(({ jti }) => jti)
  expect(new Set(ids).size).toBe(10)
})
