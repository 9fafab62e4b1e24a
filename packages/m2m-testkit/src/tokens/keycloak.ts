import { randomUUID } from 'node:crypto'
import type { TokenFacts, TokenShape } from './token-shape.js'

const clientId = 'billing'
const header = { typ: 'JWT' }
const session = 'SLtb9IyGq0oF3cJx2mWvAe7Z'

/** 26.2 and newer: six letters in `jti` tell session, token and grant; `cc` is the grant. */
export const keycloak: TokenShape = {
  clientId,
  header,
  claims: (facts) => serviceAccount(facts, `trrtcc:${randomUUID()}`),
}

/** 26.2 and newer, after a sign-in with the authorization code. */
export const keycloakUser: TokenShape = {
  clientId,
  header,
  claims: (facts) => ({ ...person(facts, `onrtac:${randomUUID()}`), sid: session }),
}

/** 21.1 to 26.1: `jti` tells nothing. Before 21.1, `client_id` was `clientId`. */
export const keycloakBefore262: TokenShape = {
  clientId,
  header,
  claims: (facts) => serviceAccount(facts, randomUUID()),
}

/** Before 26.2, after a sign-in. */
export const keycloakBefore262User: TokenShape = {
  clientId,
  header,
  claims: (facts) => ({ ...person(facts, randomUUID()), session_state: session, sid: session }),
}

/** The user whom Keycloak keeps for a client has a lower-case name, and the scopes of people. */
function serviceAccount(facts: TokenFacts, jti: string) {
  return {
    ...issued(facts, jti),
    sub: 'ecbbd65d-7b1a-4c3e-8f2d-5a6b7c8d9e0f',
    acr: '1',
    scope: [...facts.scopes, 'profile', 'email'].join(' '),
    email_verified: false,
    clientHost: '192.0.2.10',
    clientAddress: '192.0.2.10',
    preferred_username: `service-account-${facts.clientId.toLowerCase()}`,
    client_id: facts.clientId,
  }
}

function person(facts: TokenFacts, jti: string) {
  return {
    ...issued(facts, jti),
    auth_time: facts.issuedAt,
    sub: 'd3b07384-d9a0-4c5b-9b1f-6e5d4c3b2a19',
    acr: '1',
    'allowed-origins': ['https://app.test'],
    scope: ['openid', ...facts.scopes, 'profile', 'email'].join(' '),
    email_verified: true,
    name: 'Ada Lovelace',
    preferred_username: 'ada',
    given_name: 'Ada',
    family_name: 'Lovelace',
    email: 'ada@example.com',
  }
}

function issued({ issuer, audience, clientId, issuedAt }: TokenFacts, jti: string) {
  return {
    exp: issuedAt + 300,
    iat: issuedAt,
    jti,
    iss: issuer,
    aud: [audience, 'account'],
    typ: 'Bearer',
    azp: clientId,
    realm_access: { roles: ['default-roles-acme', 'offline_access'] },
    resource_access: { account: { roles: ['manage-account', 'view-profile'] } },
  }
}
