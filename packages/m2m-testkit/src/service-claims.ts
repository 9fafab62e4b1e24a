import { randomUUID } from 'node:crypto'
import type { TokenSpec } from './token-spec.js'

/** Who issues a token, for whom, and when, in whole seconds since the epoch. */
export interface Issuance {
  readonly issuer: string
  readonly audience: string
  readonly issuedAt: number
}

/** The lifetime of a token in seconds, unless its spec has `expiresIn`. */
export const DEFAULT_LIFETIME = 300

/**
 * The claims of an RFC 9068 access token that a service obtained for itself: `sub` equals
 * `client_id`, `jti` is unique. `spec.claims` is not laid over them yet.
 */
export function serviceClaims(spec: TokenSpec, issuance: Issuance): Record<string, unknown> {
  const { id = 'billing', scope = 's2s:internal', expiresIn = DEFAULT_LIFETIME } = spec
  return {
    iss: issuance.issuer,
    aud: issuance.audience,
    sub: id,
    client_id: id,
    scope: typeof scope === 'string' ? scope : scope.join(' '),
    iat: issuance.issuedAt,
    exp: issuance.issuedAt + expiresIn,
    jti: randomUUID(),
    allowed_ops: spec.allowedOps,
    tier: spec.tier,
    rate_limit: spec.rateLimit,
  }
}
