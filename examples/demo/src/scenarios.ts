import type { TokenName } from './demo-tokens.js'

/** One request, and what must come back. */
export interface Scenario {
  readonly caller: string
  readonly token: TokenName | undefined
  readonly request: ApiRequest
  readonly expected: Expected
}

export interface ApiRequest {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: { readonly amount: unknown }
}

/** Who the API took the caller for, or the code of its refusal. */
export type Expected = (
  | { readonly status: 200 | 201 | 202; readonly by: string }
  | { readonly status: 401 | 403 | 429 | 503; readonly code: string; readonly retryAfter?: true }
) & { readonly quota?: ExpectedQuota }

/** What the headers say of the caller's budget. Such rows show them. */
export interface ExpectedQuota {
  /** The whole `RateLimit-Policy`. */
  readonly policy: string
  /** Calls that are left; not said where they come back faster than one can look. */
  readonly left?: number
}

/** What has to happen before the first request of a theme. */
export type DemoEvent =
  | 'billing disabled'
  | 'billing enabled'
  | 'limit lowered'
  | 'limit misspelt'
  | 'limit as before'
  | 'short token expired'
  | 'authorization server stopped'

export interface Theme {
  readonly heading: string
  readonly after?: DemoEvent
  readonly scenarios: readonly Scenario[]
}

const read: ApiRequest = { method: 'GET', path: '/internal/transfers' }
const publish: ApiRequest = { method: 'POST', path: '/internal/events' }
const userRoute: ApiRequest = { method: 'GET', path: '/api/transfers' }
const create = (amount: unknown): ApiRequest => ({
  method: 'POST',
  path: '/internal/transfers',
  body: { amount },
})

const by = (status: 200 | 201 | 202, id: string): Expected => ({ status, by: id })
const no = (status: 401 | 403, code: string): Expected => ({ status, code })

const row = (
  caller: string,
  token: TokenName | undefined,
  request: ApiRequest,
  expected: Expected,
): Scenario => ({ caller, token, request, expected })

const ofPartner = (left: number): ExpectedQuota => ({ policy: '"service";q=60;w=3600', left })
// Its tier may do more: 600 a minute.
const ofToken: ExpectedQuota = { policy: '"service";q=100;w=60' }

/** Everything the demo does, written by hand. */
export const themes: readonly Theme[] = [
  {
    heading: 'The right service, scope, operation and amount',
    scenarios: [
      row('billing', 'billing', create(1000), by(201, 'billing')),
      row('billing', 'billing', read, by(200, 'billing')),
      row('webhook', 'webhook', publish, by(202, 'webhook')),
      row('nightly, 3 s token', 'nightly', read, by(200, 'nightly')),
    ],
  },
  {
    heading: 'A known service, but it may not do this',
    scenarios: [
      row('reporting, no scope', 'reporting', read, no(403, 'insufficient_scope')),
      row('billing, not granted', 'billing', publish, no(403, 'operation_denied')),
      row('webhook, not granted', 'webhook', create(10), no(403, 'operation_denied')),
      row('billing, over limit', 'billing', create(5000), no(403, 'operation_denied')),
      row('billing, text amount', 'billing', create('10'), no(403, 'operation_denied')),
      // Below the limit, but a deny beats every allow.
      row('billing, negative', 'billing', create(-10), no(403, 'operation_denied')),
    ],
  },
  {
    heading: 'People and services use different doors',
    scenarios: [
      // Right audience, scope and operations: nothing but being a person can refuse her.
      row('alice, all scopes, ops', 'aliceAsService', read, no(403, 'principal_type_mismatch')),
      row('alice, all scopes, ops', 'aliceAsService', publish, no(403, 'principal_type_mismatch')),
      row('alice, shop token', 'alice', userRoute, by(200, 'alice')),
      row('alice, shop token', 'alice', read, no(401, 'invalid_token')),
      // User auth does not tell people from machines: it is the audience that refuses this one.
      row('billing, user route', 'billing', userRoute, no(401, 'invalid_token')),
    ],
  },
  {
    heading: 'Not a token for this API, or not a token at all',
    scenarios: [
      row('nobody, no token', undefined, read, no(401, 'credentials_missing')),
      row('billing, other API', 'billingForLedger', read, no(401, 'invalid_token')),
      row('webhook, claims edited', 'webhookEdited', create(10), no(401, 'invalid_token')),
      row('forged, known key id', 'forged', read, no(401, 'invalid_token')),
      row('forged, unknown key id', 'forgedUnknownKey', read, no(401, 'invalid_token')),
    ],
  },
  {
    heading: "A partner's authorization server cannot say who you are",
    scenarios: [
      row('acme, "I am billing"', 'acme', publish, by(202, 'acme')),
      // Its token claims tier internal and every operation as well.
      row('acme, "I am billing"', 'acme', create(10), no(403, 'operation_denied')),
      // Its token and, by a role, a policy let it. Its tier does not.
      row('acme, "I am billing"', 'acme', read, no(403, 'operation_denied')),
      row('globex, not granted', 'globex', publish, no(403, 'operation_denied')),
      // May publish, but under this name comes only the client that is registered for it.
      row("partner's own billing", 'partnersBilling', publish, no(403, 'service_not_admitted')),
    ],
  },
  {
    heading: 'billing is disabled in its file while the API runs',
    after: 'billing disabled',
    scenarios: [
      row('billing, same token', 'billing', read, no(403, 'service_not_admitted')),
      row('webhook', 'webhook', publish, by(202, 'webhook')),
    ],
  },
  {
    heading: 'billing is enabled again',
    after: 'billing enabled',
    scenarios: [row('billing, same token', 'billing', read, by(200, 'billing'))],
  },
  {
    heading: 'A policy file is edited: small transfers end at 500',
    after: 'limit lowered',
    scenarios: [
      row('billing, above 500', 'billing', create(1000), no(403, 'operation_denied')),
      row('billing', 'billing', create(500), by(201, 'billing')),
    ],
  },
  {
    heading: 'An edit to 2000 misspells an operator: the last good version stays in force',
    after: 'limit misspelt',
    scenarios: [
      row('billing, above 500', 'billing', create(1000), no(403, 'operation_denied')),
      row('billing', 'billing', create(500), by(201, 'billing')),
    ],
  },
  {
    heading: 'The file is as it was at first',
    after: 'limit as before',
    scenarios: [row('billing', 'billing', create(1000), by(201, 'billing'))],
  },
  {
    heading:
      'A partner has used up its burst of 5, of which it used 3 above; an internal service goes on',
    scenarios: [
      row('webhook, its 4th', 'webhook', publish, { ...by(202, 'webhook'), quota: ofPartner(1) }),
      row('webhook, its 5th', 'webhook', publish, { ...by(202, 'webhook'), quota: ofPartner(0) }),
      row('webhook, its 6th', 'webhook', publish, {
        status: 429,
        code: 'quota_exceeded',
        retryAfter: true,
        quota: ofPartner(0),
      }),
      row('billing', 'billing', read, { ...by(200, 'billing'), quota: ofToken }),
    ],
  },
  {
    heading: 'Three seconds later',
    after: 'short token expired',
    scenarios: [row('nightly, same token', 'nightly', read, no(401, 'token_expired'))],
  },
  {
    heading: 'Our authorization server is stopped',
    after: 'authorization server stopped',
    scenarios: [
      row('billing, known token', 'billing', create(1000), by(201, 'billing')),
      row('billing, unseen token', 'billingUnseen', read, by(200, 'billing')),
      row('forged, known key id', 'forged', read, no(401, 'invalid_token')),
      // Perhaps signed with a new key that cannot be fetched now: not the caller's fault.
      row('forged, unknown key id', 'forgedUnknownKey', read, {
        status: 503,
        code: 'authorization_unavailable',
        retryAfter: true,
      }),
    ],
  },
]
