import { clientIdClaims } from '../../token/client-id.js'
import type { Profile } from '../profile.js'
import { subjectIsClient } from './subject-is-client.js'

/** For authorization servers older than RFC 9068: `typ` may be absent or `JWT`. */
export const generic: Profile = Object.freeze({
  name: 'generic',
  token: Object.freeze({
    types: Object.freeze(['at+jwt', 'jwt', undefined]),
    requiredClaims: Object.freeze([]),
    clientIdClaims,
  }),
  allowsClientIds: true,
  ...subjectIsClient,
  grantsFrom: Object.freeze(['scope', 'scp']),
  claimPrefix: '',
  isIssuer: () => false,
})
