import { randomUUID } from 'node:crypto'
import type { TokenFacts, TokenShape } from './token-shape.js'

const clientId = 'billing'
const header = { typ: 'JWT' }

/** `strategies.access_token: jwt`, scopes as a list, which is the default of `scope_claim`. */
export const hydra: TokenShape = {
  clientId,
  header,
  claims: (facts) => issued(facts, facts.clientId),
}

/** The very same claims: only `sub`, which the login app chooses, tells a person. */
export const hydraUser: TokenShape = {
  clientId,
  header,
  claims: (facts) => issued(facts, 'a5e4d6c2-3b1f-4c8e-9d7a-0f6b2c1e8d43'),
}

function issued({ issuer, audience, clientId, scopes, issuedAt }: TokenFacts, sub: string) {
  return {
    aud: [audience],
    client_id: clientId,
    exp: issuedAt + 3600,
    ext: {},
    iat: issuedAt,
    iss: issuer,
    jti: randomUUID(),
    nbf: issuedAt,
    scp: scopes,
    sub,
  }
}
