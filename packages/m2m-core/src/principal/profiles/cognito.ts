import { classifyBy } from '../classify-by.js'
import type { Profile } from '../profile.js'
import { has, same, signsOfPeople } from '../signs.js'

/**
 * Amazon Cognito user pools. Its access tokens carry no `aud` and no `typ`: `clientIds` pins the
 * callers, `token_use` tells the kind. `username` cannot be taken out of a user's token; groups and
 * scopes can be, or be added to anyone's, and prove nothing.
 */
export const cognito: Profile = Object.freeze({
  name: 'cognito',
  token: Object.freeze({
    types: Object.freeze([undefined, 'jwt', 'at+jwt']),
    requiredClaims: Object.freeze([]),
    kind: Object.freeze({ claim: 'token_use', value: 'access' }),
    clientIdClaims: Object.freeze(['client_id']),
  }),
  allowsClientIds: true,
  ...classifyBy({
    user: [...signsOfPeople, has('cognito:username'), has('device_key'), has('sid')],
    service: [same('sub', 'client_id')],
  }),
  grantsFrom: Object.freeze(['scope']),
  claimPrefix: '',
  isIssuer: (issuer: string) =>
    /^https:\/\/(?:issuer-)?cognito-idp\.[a-z\d-]+\.amazonaws\.com(?:\.cn)?\//.test(issuer),
})
