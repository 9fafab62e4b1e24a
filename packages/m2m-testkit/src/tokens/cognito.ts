import { randomUUID } from 'node:crypto'
import type { TokenShape } from './token-shape.js'

const clientId = '3n4b5urk1ft4fl3mg5e62d9ado'
const header = {}

/** No `typ`, no `aud`, no `username`; `auth_time` although nobody signed in. */
export const cognito: TokenShape = {
  clientId,
  header,
  claims: ({ issuer, clientId, scopes, issuedAt }) => ({
    sub: clientId,
    token_use: 'access',
    scope: scopes.join(' '),
    auth_time: issuedAt,
    iss: issuer,
    exp: issuedAt + 3600,
    iat: issuedAt,
    version: 2,
    jti: randomUUID(),
    client_id: clientId,
  }),
}

/** A sign-in through the hosted pages, of a member of a group. */
export const cognitoUser: TokenShape = {
  clientId,
  header,
  claims: ({ issuer, clientId, scopes, issuedAt }) => ({
    sub: '248289dc-66f2-4c1d-9b1e-2f44a0f2f44a',
    device_key: 'eu-west-1_0f1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9',
    'cognito:groups': ['admin'],
    iss: issuer,
    version: 2,
    client_id: clientId,
    origin_jti: randomUUID(),
    event_id: randomUUID(),
    token_use: 'access',
    scope: ['openid', ...scopes].join(' '),
    auth_time: issuedAt,
    exp: issuedAt + 3600,
    iat: issuedAt,
    jti: randomUUID(),
    username: 'ada',
  }),
}
