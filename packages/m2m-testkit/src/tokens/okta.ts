import { randomBytes } from 'node:crypto'
import type { TokenFacts, TokenShape } from './token-shape.js'

const clientId = '0oa8acv8gbBPRCZ7I5d7'
const header = {}

/** No `typ`; the scopes are a list; `auth_time` although nobody signed in. */
export const okta: TokenShape = {
  clientId,
  header,
  claims: (facts) => ({ ...issued(facts), sub: facts.clientId }),
}

/** `uid` is the user; `sub` a name that an administrator may change. */
export const oktaUser: TokenShape = {
  clientId,
  header,
  claims: (facts) => ({
    ...issued(facts),
    uid: '00u8acv8h1WQxYzAB5d7',
    scp: ['openid', ...facts.scopes],
    sub: 'ada@example.com',
  }),
}

function issued({ issuer, audience, clientId, scopes, issuedAt }: TokenFacts) {
  return {
    ver: 1,
    jti: `AT.${randomBytes(32).toString('base64url')}`,
    iss: issuer,
    aud: audience,
    iat: issuedAt,
    exp: issuedAt + 3600,
    cid: clientId,
    scp: scopes,
    auth_time: issuedAt,
  }
}
