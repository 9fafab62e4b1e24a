import { classifyBy } from '../classify-by.js'
import type { Profile } from '../profile.js'
import { has, is, same, signsOfPeople } from '../signs.js'

/**
 * Oracle identity domains (IDCS). All domains may share one issuer and one key id: the keys of your
 * domain, at an address that you name, are what tells them apart.
 */
export const oracle: Profile = Object.freeze({
  name: 'oracle',
  token: Object.freeze({
    types: Object.freeze([undefined, 'jwt']),
    requiredClaims: Object.freeze([]),
    kind: Object.freeze({ claim: 'tok_type', value: 'AT' }),
    clientIdClaims: Object.freeze(['client_id']),
  }),
  allowsClientIds: false,
  ...classifyBy({
    user: [is('sub_type', 'user'), has('user_displayname'), ...signsOfPeople, has('sid')],
    service: [is('sub_type', 'client'), same('sub', 'client_id')],
  }),
  grantsFrom: Object.freeze(['scope']),
  claimPrefix: '',
  isIssuer: (issuer: string) =>
    /^https:\/\/(?:[a-z\d-]+\.)*identity\.oraclecloud\.com\/?$/.test(issuer),
  needsKeyAddress: true,
})
