import { classifyBy } from '../classify-by.js'
import type { Profile } from '../profile.js'
import { differs, has, lacks, looks, orElse, signsOfPeople } from '../signs.js'

/**
 * Duende IdentityServer: its client-credentials tokens have no subject. One that equals the client
 * id stays unknown: a static claim may put it there for anyone.
 */
export const duende: Profile = Object.freeze({
  name: 'duende',
  token: Object.freeze({
    types: Object.freeze(['at+jwt']),
    requiredClaims: Object.freeze([]),
    clientIdClaims: Object.freeze(['client_id']),
  }),
  allowsClientIds: false,
  ...classifyBy({
    user: [...['idp', 'auth_time', 'sid'].map(has), ...signsOfPeople, differs('sub', 'client_id')],
    service: [
      looks('client_id', /./, 'names the client'),
      orElse(lacks('sub'), 'take the static claim "sub" from the client, or use isService'),
    ],
  }),
  grantsFrom: Object.freeze(['scope']),
  claimPrefix: 'client_',
  isIssuer: () => false,
})
