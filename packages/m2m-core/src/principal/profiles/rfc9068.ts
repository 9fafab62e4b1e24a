import { clientIdClaims } from '../../token/client-id.js'
import type { Profile } from '../profile.js'
import { subjectIsClient } from './subject-is-client.js'

/** RFC 9068 to the letter: `typ: at+jwt` and every claim that §2.2 requires. */
export const rfc9068: Profile = Object.freeze({
  name: 'rfc9068',
  token: Object.freeze({
    types: Object.freeze(['at+jwt']),
    requiredClaims: Object.freeze(['sub', 'client_id', 'iat', 'jti']),
    clientIdClaims,
  }),
  allowsClientIds: false,
  ...subjectIsClient,
  grantsFrom: Object.freeze(['scope', 'scp']),
  claimPrefix: '',
  isIssuer: () => false,
})
