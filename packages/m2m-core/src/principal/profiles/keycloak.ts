import { member } from '../../token/compact.js'
import { classifyBy } from '../classify-by.js'
import type { Profile } from '../profile.js'
import {
  both,
  either,
  has,
  lacks,
  looks,
  not,
  orElse,
  type Sign,
  same,
  signsOfPeople,
} from '../signs.js'

const fromClientCredentials = looks(
  'jti',
  /^(?:on|of|tr|nt|ft)(?:rt|lt)cc:/,
  'begins with the client-credentials grant',
)
const namesPerson = looks(
  'preferred_username',
  /^(?!service-account-)./,
  'names no service account',
)
const isRealm = (issuer: string): boolean => /\/realms\/[^/]+\/?$/.test(issuer)
const types = Object.freeze(['jwt', 'at+jwt'])
const kind = Object.freeze({ claim: 'typ', value: 'Bearer' })

/**
 * Keycloak since 26.2: the token id begins with the grant, which no mapper can change. Exchanged
 * and refreshed tokens stay unknown, since they may be anyone's.
 */
export const keycloak: Profile = Object.freeze({
  name: 'keycloak',
  token: Object.freeze({
    types,
    requiredClaims: Object.freeze([]),
    kind,
    clientIdClaims: Object.freeze(['azp']),
  }),
  allowsClientIds: false,
  ...classifyBy({
    user: [
      looks('jti', /^[a-z]{4}(?:ac|ro|dg|ci):/, 'begins with a grant of people'),
      // Refreshed tokens of people; what may be a service account's stays unknown.
      both(has('sid'), both(not(fromClientCredentials), namesPerson)),
      ...signsOfPeople,
    ],
    service: [
      orElse(
        looks('jti', /^[a-z]{6}:/, 'begins with a grant'),
        'Keycloak before 26.2 has none there: choose profile "keycloak-before-26.2"',
      ),
      orElse(fromClientCredentials, 'exchanged and refreshed tokens cannot be told'),
      looks('azp', /./, 'names the client'),
      either(lacks('client_id'), same('client_id', 'azp')),
      orElse(lacks('sid'), 'do not use refresh tokens for client credentials'),
    ],
  }),
  grantsFrom: Object.freeze(['scope']),
  claimPrefix: '',
  isIssuer: isRealm,
})

const isServiceAccount: Sign = {
  says: 'claim "preferred_username" is the service account of azp',
  shows: (claims) => {
    const client = member(claims, 'azp')
    const name = member(claims, 'preferred_username')
    return typeof client === 'string' && name === `service-account-${client.toLowerCase()}`
  },
}

/**
 * Keycloak before 26.2. What it shows comes from mappers of its own scope `service_account`: an
 * administrator who takes these out, or gives them to people, changes who passes. Newer tokens stay
 * unknown here.
 */
export const keycloakBefore262: Profile = Object.freeze({
  ...keycloak,
  name: 'keycloak-before-26.2',
  ...classifyBy({
    user: [has('sid'), has('session_state'), ...signsOfPeople],
    service: [
      looks('jti', /^(?![a-z]{6}:)./, 'begins with no grant'),
      either(same('client_id', 'azp'), same('clientId', 'azp')),
      isServiceAccount,
    ],
  }),
  isIssuer: () => false,
})
