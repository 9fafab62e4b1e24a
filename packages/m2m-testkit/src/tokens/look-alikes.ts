import { randomUUID } from 'node:crypto'
import type { TokenFacts, TokenShape } from './token-shape.js'

const clientId = 'billing'
const userId = 'user-1'

/** OpenID Connect Core 1.0 §2 and §3.1.3.6. */
export const idToken: TokenShape = {
  clientId,
  header: { typ: 'JWT' },
  claims: (facts) => ({
    ...issued(facts, 600),
    sub: userId,
    azp: facts.clientId,
    auth_time: facts.issuedAt,
    nonce: 'n-0S6_WzA2Mj',
    at_hash: 'MTIzNDU2Nzg5MDEyMzQ1Ng',
    name: 'Ada Lovelace',
    email: 'ada@example.com',
  }),
}

/** Most refresh tokens are opaque; those of Keycloak are JWTs, and this is one. */
export const refreshToken: TokenShape = {
  clientId,
  header: { typ: 'JWT' },
  claims: (facts) => ({
    ...issued(facts, 1800),
    jti: `onrtac:${randomUUID()}`,
    sub: 'd3b07384-d9a0-4c5b-9b1f-6e5d4c3b2a19',
    typ: 'Refresh',
    azp: facts.clientId,
    sid: 'SLtb9IyGq0oF3cJx2mWvAe7Z',
    scope: ['openid', ...facts.scopes].join(' '),
  }),
}

/** RFC 9449 §4.2, with its example key. `iss`, `aud` and `exp` are not part of a real one. */
export const dpopProof: TokenShape = {
  clientId,
  header: {
    typ: 'dpop+jwt',
    jwk: {
      kty: 'EC',
      crv: 'P-256',
      x: 'l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs',
      y: '9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA',
    },
  },
  claims: (facts) => ({
    ...issued(facts, 60),
    jti: randomUUID(),
    htm: 'POST',
    htu: 'https://api.test/transfers',
    ath: 'fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo',
  }),
}

/** OpenID Connect Back-Channel Logout 1.0 §2.4. */
export const logoutToken: TokenShape = {
  clientId,
  header: { typ: 'logout+jwt' },
  claims: (facts) => ({
    ...issued(facts, 120),
    jti: randomUUID(),
    sub: userId,
    sid: '08a5019c-17e1-4977-8f42-65a12843ea02',
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  }),
}

/** RFC 8693 §4.1, as an RFC 9068 access token: a service that acts for a person. */
export const delegated: TokenShape = {
  clientId,
  header: { typ: 'at+jwt' },
  claims: (facts) => ({
    ...issued(facts, 300),
    jti: randomUUID(),
    sub: userId,
    act: { sub: facts.clientId },
    client_id: facts.clientId,
    scope: facts.scopes.join(' '),
  }),
}

function issued({ issuer, audience, issuedAt }: TokenFacts, lifetime: number) {
  return { iss: issuer, aud: audience, iat: issuedAt, exp: issuedAt + lifetime }
}
