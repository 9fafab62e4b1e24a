import type { TokenFacts, TokenShape } from './token-shape.js'

const clientId = 'm2m-client-test-d731954d-dab3-4a2b-bdee-07f3ad1be885'
const header = { typ: 'JWT' }

/** The client is `sub`; there is no other claim that names it, and no `jti`. */
export const stytch: TokenShape = {
  clientId,
  header,
  claims: ({ clientId, scopes, ...facts }) => ({
    ...issued(facts, 3600),
    scope: scopes.join(' '),
    sub: clientId,
  }),
}

/** A session token of the consumer product: the same issuer, audience and keys, no client. */
export const stytchUser: TokenShape = {
  clientId,
  header,
  claims: (facts) => ({
    ...issued(facts, 300),
    'https://stytch.com/session': {
      id: 'session-test-fe6c042b-6286-479f-8a4f-b046a6c46509',
      started_at: at(facts.issuedAt),
      last_accessed_at: at(facts.issuedAt),
      expires_at: at(facts.issuedAt + 3600),
      attributes: { ip_address: '', user_agent: '' },
      authentication_factors: [],
    },
    sub: 'user-test-16d9ba61-97a1-4ba4-9720-b03761dc50c6',
  }),
}

type Dated = Pick<TokenFacts, 'issuer' | 'audience' | 'issuedAt'>

/** `audience` is the project: that of people and services alike. */
function issued({ issuer, audience, issuedAt }: Dated, lifetime: number) {
  return {
    aud: [audience],
    exp: issuedAt + lifetime,
    iat: issuedAt,
    iss: issuer,
    nbf: issuedAt,
  }
}

function at(seconds: number) {
  return new Date(seconds * 1000).toISOString()
}
