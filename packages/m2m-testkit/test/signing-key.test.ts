import { importJWK, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { signToken } from '../src/sign-token.js'
import { createSigningKey, type SigningAlgorithm } from '../src/signing-key.js'

const algorithms: SigningAlgorithm[] = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA'] as const),
]

describe('createSigningKey', () => {
  it.each(algorithms)('makes signatures that its public key verifies: %s', async (algorithm) => {
    const key = await createSigningKey(algorithm)
    const token = await signToken(key, { alg: algorithm }, { sub: 'billing' })
    const { payload } = await jwtVerify(token, await importJWK(key.publicJwk))
    expect(payload).toEqual({ sub: 'billing' })
  })

  it('publishes no private member', async () => {
    const rsa = await createSigningKey('RS256')
    expect(Object.keys(rsa.publicJwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
    const ec = await createSigningKey('ES256')
    expect(Object.keys(ec.publicJwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'])
  })
})
