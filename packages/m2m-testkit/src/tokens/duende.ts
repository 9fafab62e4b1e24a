import { randomBytes } from 'node:crypto'
import type { TokenFacts, TokenShape } from './token-shape.js'

const clientId = 'billing'
const header = { typ: 'at+jwt' }

/** No `sub`; the scopes are a list; claims of the client begin with `client_`. */
export const duende: TokenShape = { clientId, header, claims: issued }

/** After a sign-in, in a session. */
export const duendeUser: TokenShape = {
  clientId,
  header,
  claims: (facts) => ({
    ...issued(facts),
    scope: ['openid', ...facts.scopes],
    amr: ['pwd'],
    sub: '5be86359-073c-434b-ad2d-a3932222dabe',
    auth_time: facts.issuedAt,
    idp: 'local',
    sid: 'A1B2C3D4E5F60718293A4B5C6D7E8F90',
  }),
}

function issued({ issuer, audience, clientId, scopes, issuedAt }: TokenFacts) {
  return {
    iss: issuer,
    nbf: issuedAt,
    iat: issuedAt,
    exp: issuedAt + 3600,
    aud: audience,
    scope: scopes,
    client_id: clientId,
    jti: randomBytes(16).toString('hex').toUpperCase(),
  }
}
