import { isJsonObject, type JsonObject, member } from '../../token/compact.js'
import { classifyBy } from '../classify-by.js'
import type { Profile } from '../profile.js'
import { differs, has, type Sign, same, signsOfPeople } from '../signs.js'

const extNamesUser: Sign = {
  says: 'claim "ext.username" is present',
  shows: (claims: JsonObject) => {
    const ext = member(claims, 'ext')
    return isJsonObject(ext) && Object.hasOwn(ext, 'username')
  },
}

/**
 * Ory Hydra with JWT access tokens. Nothing but `sub` tells a service from a user: no subject that
 * the login app, or a trusted issuer of assertions, may choose can equal a client id.
 */
export const hydra: Profile = Object.freeze({
  name: 'hydra',
  token: Object.freeze({
    types: Object.freeze(['jwt', undefined]),
    requiredClaims: Object.freeze([]),
    clientIdClaims: Object.freeze(['client_id']),
  }),
  allowsClientIds: false,
  ...classifyBy({
    user: [differs('sub', 'client_id'), extNamesUser, ...signsOfPeople, has('sid'), has('rat')],
    service: [same('sub', 'client_id')],
  }),
  grantsFrom: Object.freeze(['scp', 'scope']),
  claimPrefix: 'ext.',
  isIssuer: () => false,
})
