import { type JsonObject, member } from '../../token/compact.js'
import { classifyBy } from '../classify-by.js'
import type { Profile } from '../profile.js'
import { either, has, lacks, looks, type Sign, same, signsOfPeople } from '../signs.js'

const subjectIsClient: Sign = {
  says: 'sub is the client id and "@clients"',
  shows: (claims: JsonObject) => {
    const client = member(claims, 'client_id') ?? member(claims, 'azp')
    const isNamed = typeof client === 'string' && client !== ''
    return isNamed && member(claims, 'sub') === `${client}@clients`
  },
  remedy: 'tokens of clients that stand for an agent cannot be told: use a client of its own',
}
const grantIsOther: Sign = {
  says: 'claim "gty" is another grant than client-credentials',
  shows: (claims: JsonObject) =>
    Object.hasOwn(claims, 'gty') && claims['gty'] !== 'client-credentials',
}

/**
 * Auth0, in its own token dialect (`typ: JWT`, `azp`) and in that of RFC 9068 (`at+jwt`,
 * `client_id`). `gty` stands in some tokens of services and in none of others: it can speak against
 * a service only. The whole `sub` is compared, since parts of it are text that others choose.
 */
export const auth0: Profile = Object.freeze({
  name: 'auth0',
  token: Object.freeze({
    types: Object.freeze(['jwt', 'at+jwt']),
    requiredClaims: Object.freeze([]),
    clientIdClaims: Object.freeze(['client_id', 'azp']),
  }),
  allowsClientIds: false,
  ...classifyBy({
    user: [...signsOfPeople, has('sid'), looks('sub', /\|/, 'names a connection'), grantIsOther],
    service: [subjectIsClient, either(lacks('azp'), lacks('client_id'), same('azp', 'client_id'))],
  }),
  grantsFrom: Object.freeze(['scope']),
  claimPrefix: '',
  isIssuer: (issuer: string) => /^https:\/\/[a-z\d.-]+\.auth0\.com(?:\/|$)/.test(issuer),
  issuerFault: (issuer: string) =>
    issuer.endsWith('/') ? undefined : 'the iss of Auth0 ends in a slash',
})
