import { member } from '../../token/compact.js'
import { classifyBy } from '../classify-by.js'
import type { Profile } from '../profile.js'
import { has, type Sign, same, signsOfPeople } from '../signs.js'

const isNoIdToken: Sign = {
  says: 'claim "jti" is not that of an ID token',
  shows: (claims) => {
    const id = member(claims, 'jti')
    return typeof id !== 'string' || !id.startsWith('ID.')
  },
}

/**
 * Okta, custom authorization servers. A token on behalf of a user has `uid`, which no hook can set
 * or take out, and no `act`. `sub` is an expression that an administrator may edit: only where it
 * is the client is the token a service's.
 */
export const okta: Profile = Object.freeze({
  name: 'okta',
  token: Object.freeze({
    types: Object.freeze([undefined, 'jwt', 'at+jwt']),
    requiredClaims: Object.freeze([]),
    clientIdClaims: Object.freeze(['cid']),
  }),
  allowsClientIds: false,
  ...classifyBy({
    user: [...signsOfPeople, has('sid')],
    service: [same('sub', 'cid'), isNoIdToken],
  }),
  grantsFrom: Object.freeze(['scp']),
  claimPrefix: '',
  isIssuer: (issuer: string) =>
    /^https:\/\/[a-z\d.-]+\.(?:okta|oktapreview|okta-emea)\.com(?:\/|$)/.test(issuer),
  issuerFault: (issuer: string) =>
    /\/oauth2\/[^/]+$/.test(issuer)
      ? undefined
      : 'tokens of the org authorization server are for Okta alone; create a custom one, whose ' +
        'issuer ends in /oauth2/<id>',
})
