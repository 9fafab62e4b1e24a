/**
 * The catalogue of everything this project can answer, and the only place where a status or a
 * public sentence is chosen. Each code has an anchor of its own in `docs/errors.md`.
 */

/** What is wrong: the caller, a dependency, the set-up, or something nobody foresaw. */
export type FailureKind = 'refused' | 'unavailable' | 'misconfigured' | 'failed'

interface CodeEntry {
  readonly kind: FailureKind
  readonly status: number
  /** One fixed sentence for the caller: never a claim value, key id, URL or library text. */
  readonly detail: string
  /** `error` of the RFC 6750 §3.1 challenge; without it the challenge names the scheme only. */
  readonly challengeError?: 'invalid_request' | 'invalid_token' | 'insufficient_scope'
  /** The RFC 9457 `type` and `title`, where the problem is registered. */
  readonly problem?: { readonly type: string; readonly title: string }
  /** Whether the answer carries a `WWW-Authenticate` challenge at all. */
  readonly challenged: boolean
}

const refusal = (
  status: number,
  detail: string,
  challengeError?: CodeEntry['challengeError'],
  challenged = challengeError !== undefined,
): CodeEntry => ({
  kind: 'refused',
  status,
  detail,
  challenged,
  ...(challengeError && { challengeError }),
})

const catalogue = {
  credentials_missing: refusal(
    401,
    'This request needs an access token of a service, sent as a bearer token.',
    undefined,
    true,
  ),
  invalid_request: refusal(400, 'The credentials are malformed or sent twice.', 'invalid_request'),
  invalid_token: refusal(401, 'The access token is not valid here.', 'invalid_token'),
  token_expired: refusal(401, 'The access token has expired.', 'invalid_token'),
  insufficient_scope: refusal(
    403,
    'The access token lacks a scope that this resource requires.',
    'insufficient_scope',
  ),
  principal_type_mismatch: refusal(
    403,
    'The access token is valid but does not belong to a service.',
    'insufficient_scope',
  ),
  principal_unclassified: refusal(
    403,
    'The access token is valid but does not show that it belongs to a service.',
    'insufficient_scope',
  ),
  service_not_admitted: refusal(403, 'The calling service is not admitted here.'),
  quota_exceeded: {
    ...refusal(429, 'The service has used its quota up. Try again later.'),
    problem: {
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      title: 'Request cannot be satisfied as assigned quota has been exceeded',
    },
  },
  user_required: refusal(403, 'This resource is for users, not for services.'),
  operation_denied: refusal(403, 'The service may not perform this operation.'),
  authorization_unavailable: {
    kind: 'unavailable',
    status: 503,
    detail: 'Authorization cannot be decided at the moment. Try again later.',
    challenged: false,
  },
  authorization_failed: {
    kind: 'failed',
    status: 500,
    detail: 'Authorization failed unexpectedly.',
    challenged: false,
  },
  route_undeclared: {
    kind: 'misconfigured',
    status: 500,
    detail: 'The server is not configured to decide this request.',
    challenged: false,
  },
  M2M_CFG_CLAIMS_MISSING: {
    kind: 'misconfigured',
    status: 500,
    detail: 'The server is not configured to decide this request.',
    challenged: false,
  },
  M2M_CFG_GUARD_MISSING: {
    kind: 'misconfigured',
    status: 500,
    detail: 'The server is not configured to decide this request.',
    challenged: false,
  },
} as const satisfies Record<string, CodeEntry>

/** The closed list of codes that a caller can meet in a reply. */
export type M2MCode = keyof typeof catalogue

/** What the catalogue says of one code. */
export const describeCode = (code: M2MCode): CodeEntry => catalogue[code]

/** Every code that a caller can meet. */
export const publicCodes: readonly M2MCode[] = Object.freeze(Object.keys(catalogue) as M2MCode[])
