import { randomUUID } from 'node:crypto'
import type { TokenFacts, TokenShape } from './token-shape.js'

const clientId = 'awZfdIir8YFdGZWkvCejDoUb7SjTDicx'
const userId = 'auth0|64c2f1a7b8d9e0f1a2b3c4d5'
const header = { typ: 'JWT' }
const headerRfc9068 = { typ: 'at+jwt' }

/** The default access token profile: the client is `azp`, the grant `gty`. */
export const auth0: TokenShape = {
  clientId,
  header,
  claims: ({ issuer, audience, clientId, scopes, issuedAt }) => ({
    iss: issuer,
    sub: `${clientId}@clients`,
    aud: audience,
    iat: issuedAt,
    exp: issuedAt + 86_400,
    scope: scopes.join(' '),
    gty: 'client-credentials',
    azp: clientId,
  }),
}

/** The default profile after a sign-in with the scope `openid`: no `gty`. */
export const auth0User: TokenShape = {
  clientId,
  header,
  claims: ({ clientId, ...facts }) => ({
    iss: facts.issuer,
    sub: userId,
    aud: audiences(facts),
    iat: facts.issuedAt,
    exp: facts.issuedAt + 86_400,
    scope: ['openid', ...facts.scopes].join(' '),
    azp: clientId,
  }),
}

/** The RFC 9068 profile: the client is `client_id`, with `jti`, without `gty`. */
export const auth0Rfc9068: TokenShape = {
  clientId,
  header: headerRfc9068,
  claims: ({ issuer, audience, clientId, scopes, issuedAt }) => ({
    iss: issuer,
    sub: `${clientId}@clients`,
    aud: audience,
    iat: issuedAt,
    exp: issuedAt + 86_400,
    scope: scopes.join(' '),
    jti: randomUUID(),
    client_id: clientId,
  }),
}

/** The RFC 9068 profile after a sign-in with the scope `openid`. */
export const auth0Rfc9068User: TokenShape = {
  clientId,
  header: headerRfc9068,
  claims: ({ clientId, ...facts }) => ({
    iss: facts.issuer,
    sub: userId,
    aud: audiences(facts),
    iat: facts.issuedAt,
    exp: facts.issuedAt + 86_400,
    scope: ['openid', ...facts.scopes].join(' '),
    jti: randomUUID(),
    client_id: clientId,
  }),
}

/** With `openid`, the token is also one for Auth0's own endpoint. */
function audiences({ issuer, audience }: Pick<TokenFacts, 'issuer' | 'audience'>) {
  return [audience, `${issuer.replace(/\/$/, '')}/userinfo`]
}
