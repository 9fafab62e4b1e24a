import { describe, expect, it } from 'vitest'
import { rfc9068 } from '../../../src/principal/profiles/rfc9068.js'

describe('rfc9068', () => {
  it('admits at+jwt only (RFC 9068 §4)', () => {
    expect(rfc9068.token.types).toEqual(['at+jwt'])
  })

  it('needs what RFC 9068 §2.2 requires beside iss, exp and aud', () => {
    expect([...rfc9068.token.requiredClaims].sort()).toEqual(['client_id', 'iat', 'jti', 'sub'])
  })

  it('rule 4: pins an audience, never client ids instead', () => {
    expect(rfc9068.allowsClientIds).toBe(false)
  })
})
