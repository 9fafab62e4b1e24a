import { randomBytes } from 'node:crypto'
import type { TokenFacts, TokenShape } from './token-shape.js'

const clientId = 'billing'
const header = { typ: 'at+jwt' }

/** RFC 9068 to the letter. */
export const oidcProvider: TokenShape = {
  clientId,
  header,
  claims: (facts) => issued(facts, facts.clientId),
}

/** The very same claims: only `sub`, which is not the client, tells a person. */
export const oidcProviderUser: TokenShape = {
  clientId,
  header,
  claims: (facts) => issued(facts, 'account-8f14e45f'),
}

function issued({ issuer, audience, clientId, scopes, issuedAt }: TokenFacts, sub: string) {
  return {
    jti: randomBytes(32).toString('base64url'),
    sub,
    iat: issuedAt,
    exp: issuedAt + 600,
    scope: scopes.join(' '),
    client_id: clientId,
    iss: issuer,
    aud: audience,
  }
}
