import { randomUUID } from 'node:crypto'
import type { TokenFacts, TokenShape } from './token-shape.js'

const clientId = 'fa3e8d1c4b6a4f0e9d2c7b5a1e8f3c60'
// Oracle's kid is the same in every domain; here it is that of the issuer's key, as everywhere.
const header = {
  x5t: 'nLR2Vx0k5eYQzF1cT8uWgB3sJ9A',
  'x5t#S256': 'Xk7w2VfQ9sYp3cTjLrE1mZ0hUaN6oDbG5iKxWqRtB8M',
}

/** `sub_type` tells a client from a user, `tok_type` an access token from an ID token. */
export const oracle: TokenShape = {
  clientId,
  header,
  claims: (facts) => ({
    ...issued(facts),
    sub: facts.clientId,
    sub_type: 'client',
    gtp: 'cc',
    clientAppRoles: ['Authenticated Client'],
  }),
}

/** A user token may carry roles of the client, too. */
export const oracleUser: TokenShape = {
  clientId,
  header,
  claims: (facts) => ({
    ...issued(facts),
    sub: 'ada@example.com',
    sub_type: 'user',
    user_id: '2b9c1d4e5f6a4b7c8d9e0f1a2b3c4d5e',
    user_displayname: 'Ada Lovelace',
    gtp: 'azc',
    clientAppRoles: ['Authenticated Client'],
    amr: ['USERNAME_PASSWORD'],
    sid: '9d8c7b6a5f4e4d3c2b1a0f9e8d7c6b5a',
  }),
}

function issued({ issuer, audience, clientId, scopes, issuedAt }: TokenFacts) {
  return {
    iss: issuer,
    aud: [audience],
    iat: issuedAt,
    exp: issuedAt + 3600,
    jti: randomUUID().replaceAll('-', ''),
    tok_type: 'AT',
    client_id: clientId,
    client_name: 'billing',
    client_guid: '4d3c2b1a0f9e4d8c7b6a5f4e3d2c1b0a',
    tenant: 'idcs-0123456789abcdef0123456789abcdef',
    tenant_iss: 'https://idcs-0123456789abcdef0123456789abcdef.identity.oraclecloud.com:443',
    scope: scopes.join(' '),
  }
}
