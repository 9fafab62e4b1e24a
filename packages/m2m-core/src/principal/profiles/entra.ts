import { type JsonObject, member } from '../../token/compact.js'
import { classifyBy } from '../classify-by.js'
import type { Profile } from '../profile.js'
import { both, either, has, is, lacks, looks, orElse, type Sign, signsOfPeople } from '../signs.js'

const anyText = /./
/** Each version of the tokens names the client in a claim of its own. */
const hasClient: Sign = {
  ...either(
    both(is('ver', '2.0'), both(looks('azp', anyText, 'names the client'), lacks('appid'))),
    both(is('ver', '1.0'), both(looks('appid', anyText, 'names the client'), lacks('azp'))),
  ),
  claim: 'ver',
}
const tenantIsIssuers: Sign = {
  says: 'claim "tid" is the tenant in iss',
  shows: (claims: JsonObject) => {
    const [issuer, tenant] = [member(claims, 'iss'), member(claims, 'tid')]
    return typeof issuer === 'string' && typeof tenant === 'string' && tenant !== ''
      ? issuer.split('/').includes(tenant)
      : false
  },
}

/**
 * Microsoft Entra ID, tokens of version 1.0 (`appid`) and 2.0 (`azp`). Only `idtyp` tells an app
 * from a person: users carry `roles` as well, and may lack `scp`. It is an optional claim that the
 * API's own registration switches on; without it every token stays unknown.
 */
export const entra: Profile = Object.freeze({
  name: 'entra',
  token: Object.freeze({
    types: Object.freeze(['jwt']),
    requiredClaims: Object.freeze([]),
    clientIdClaims: Object.freeze(['azp', 'appid']),
  }),
  allowsClientIds: false,
  ...classifyBy({
    user: [
      is('idtyp', 'user'),
      ...['scp', 'preferred_username', 'email', 'name', 'sid'].map(has),
      ...signsOfPeople,
    ],
    service: [
      orElse(
        is('idtyp', 'app'),
        'add the optional claim idtyp to the access tokens of this API: app registration, Token ' +
          'configuration',
      ),
      hasClient,
      tenantIsIssuers,
    ],
  }),
  grantsFrom: Object.freeze(['roles']),
  claimPrefix: '',
  isIssuer: (issuer: string) =>
    /^https:\/\/(?:[a-z\d-]+\.ciamlogin\.com|login\.microsoftonline\.(?:com|us)|login\.partner\.microsoftonline\.cn|sts\.windows\.net|sts\.chinacloudapi\.cn)\//.test(
      issuer,
    ),
})
