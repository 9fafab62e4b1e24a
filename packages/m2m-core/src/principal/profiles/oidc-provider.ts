import { classifyBy } from '../classify-by.js'
import type { Profile } from '../profile.js'
import { differs, has, same, signsOfPeople } from '../signs.js'

/**
 * oidc-provider (panva) with JWT access tokens. Nothing but `sub` tells a service from a user: no
 * account id may ever equal a client id there.
 */
export const oidcProvider: Profile = Object.freeze({
  name: 'oidcProvider',
  token: Object.freeze({
    types: Object.freeze(['at+jwt']),
    requiredClaims: Object.freeze([]),
    clientIdClaims: Object.freeze(['client_id']),
  }),
  allowsClientIds: false,
  ...classifyBy({
    user: [differs('sub', 'client_id'), ...signsOfPeople, has('sid')],
    service: [same('sub', 'client_id')],
  }),
  grantsFrom: Object.freeze(['scope']),
  claimPrefix: '',
  isIssuer: () => false,
})
