import type { M2MCause } from '../errors/causes.js'
import { isRefusal, type Refusal } from '../errors/refusal.js'
import { checkAddressee } from './check-claims.js'
import { member, readCompact } from './compact.js'
import { issuerOf, type TokenVerifier, type TrustedIssuer } from './verify-token.js'

/** What is wrong with a token that is well-formed and simply not for us. */
const foreignCauses: readonly M2MCause[] = [
  'issuer_unknown',
  'audience_mismatch',
  'client_mismatch',
  'claim_missing',
]

/**
 * Why a well-formed token is none of ours: its `iss` or `aud` (or its client, where clients are
 * pinned) names another; undefined for all others, malformed ones included. Looks at unverified
 * claims: enough to let someone else verify the token, never to admit it.
 */
export const findForeign = (
  token: string,
  { issuers, maxTokenLength }: TokenVerifier<TrustedIssuer>,
): Refusal | undefined => {
  const unverified = readCompact(token, maxTokenLength)
  if (isRefusal(unverified)) return undefined
  const claimed = member(unverified.claims, 'iss')
  if (claimed !== undefined && typeof claimed !== 'string') return undefined
  const issuer = issuerOf(unverified, issuers)
  const fault = isRefusal(issuer) ? issuer : checkAddressee(unverified.claims, issuer.rules)
  return fault && foreignCauses.includes(fault.cause) ? fault : undefined
}
