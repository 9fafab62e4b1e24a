import { randomBytes } from 'node:crypto'
import type { TokenFacts, TokenShape } from './token-shape.js'

const clientId = '1671f074-6a1b-4b0e-9b53-0f2d7c8a4e11'
const tenant = '6babcaad-604b-40ac-a9d7-9fd97c0b779f'
const servicePrincipal = '72243241-8c0d-4f5e-9a3b-1d2e3f405162'
const user = '0b1c2d3e-4f50-4162-8374-95a6b7c8d9ea'
const header = { typ: 'JWT' }
const headerV1 = { ...header, x5t: 'nOo3ZDrODXEK1jKWhXslHR_KXEg' }

/** v2.0, with the optional claim `idtyp` that the API registration must ask for. */
export const entra: TokenShape = {
  clientId,
  header,
  claims: (facts) => ({
    ...issued(facts),
    azp: facts.clientId,
    azpacr: '1',
    idtyp: 'app',
    oid: servicePrincipal,
    roles: facts.scopes,
    sub: servicePrincipal,
    ver: '2.0',
  }),
}

/** v2.0, a person who came by way of a single-page application. */
export const entraUser: TokenShape = {
  clientId,
  header,
  claims: (facts) => ({
    ...issued(facts),
    azp: facts.clientId,
    azpacr: '0',
    name: 'Ada Lovelace',
    oid: user,
    preferred_username: 'ada@example.com',
    scp: facts.scopes.join(' '),
    sub: 'AAAAAAAAAAAAAAAAAAAAAIkzqFVrSaSaFHy782bbtaQ',
    ver: '2.0',
  }),
}

/** v1.0, with `idtyp` as above. */
export const entraV1: TokenShape = {
  clientId,
  header: headerV1,
  claims: (facts) => ({
    ...issued(facts),
    appid: facts.clientId,
    appidacr: '1',
    idp: facts.issuer,
    idtyp: 'app',
    oid: servicePrincipal,
    roles: facts.scopes,
    sub: servicePrincipal,
    ver: '1.0',
  }),
}

/** v1.0, a person who signed in with a password. */
export const entraV1User: TokenShape = {
  clientId,
  header: headerV1,
  claims: (facts) => ({
    ...issued(facts),
    acr: '1',
    amr: ['pwd'],
    appid: facts.clientId,
    appidacr: '0',
    family_name: 'Lovelace',
    given_name: 'Ada',
    ipaddr: '192.0.2.7',
    name: 'Ada Lovelace',
    oid: user,
    scp: facts.scopes.join(' '),
    sub: 'l3_roISQU222bULS9yi2k0XpqpOiMz5H3ZACo1GeXA',
    unique_name: 'ada@example.com',
    upn: 'ada@example.com',
    ver: '1.0',
  }),
}

/** `uti` is what others call `jti`. */
function issued({ issuer, audience, issuedAt }: TokenFacts) {
  return {
    aud: audience,
    iss: issuer,
    iat: issuedAt,
    nbf: issuedAt,
    exp: issuedAt + 3900,
    aio: 'E2ZgYEjcvsaipUV1wxwrne/9F4XnAAA=',
    rh: '0.AXkArcqra0tgrECp15_ZfAt3n3TwcRYbag5Lm1MPLXyKThE',
    tid: tenantIn(issuer),
    uti: randomBytes(16).toString('base64url'),
  }
}

/** The tenant that an issuer is named after, as those of Entra are. */
function tenantIn(issuer: string): string {
  return /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/.exec(issuer)?.[0] ?? tenant
}
