import type { ApiRequest, Call, Chapter, Expected } from './call.js'

const list: ApiRequest = { method: 'GET', path: '/api/transfers' }
const send = (amount: unknown): ApiRequest => ({
  method: 'POST',
  path: '/api/transfers',
  body: { amount },
})
const sendAsService = (amount: unknown): ApiRequest => ({
  method: 'POST',
  path: '/internal/transfers',
  body: { amount },
})

type Caller = Call['caller']

/** A call of people: answered as it always was. */
const asBefore = (caller: Caller, request: ApiRequest, now: Expected): Call => ({
  caller,
  request,
  before: 'same',
  now,
})
/** A call of the new route, which was not there before. */
const onNewRoute = (caller: Caller, amount: unknown, now: Expected, record: string): Call => ({
  caller,
  request: sendAsService(amount),
  before: 404,
  now,
  record,
})
/** A call of a service that user auth let in before. */
const kept = (request: ApiRequest, before: number): Call => ({
  caller: 'billing',
  request,
  before,
  now: no(403, 'user_required'),
  record: 'principal_is_service',
})

const ok = (status: number, body: unknown): Expected => ({ status, body })
const no = (status: number, code?: string): Expected => (code ? { status, code } : { status })

/** The story, written by hand. The calls are made in this order. */
export const chapters: readonly Chapter[] = [
  {
    heading: 'People notice nothing: not a byte of their answers changes',
    calls: [
      asBefore('alice', list, ok(200, [])),
      asBefore('alice', send(4000), ok(201, { by: 'alice', amount: 4000 })),
      asBefore('alice', send(1001), no(422)),
      asBefore('alice', send(-5), no(422)),
      asBefore('alice', list, ok(200, [{ by: 'alice', amount: 4000 }])),
      asBefore('alice, expired', list, no(401)),
      asBefore('nobody', list, no(401)),
    ],
  },
  {
    heading: 'Services have a route of their own, and may send 1000 at a time',
    calls: [
      onNewRoute('billing', 1000, ok(201, { by: 'service:billing', amount: 1000 }), 'admitted'),
      {
        ...onNewRoute('billing', 1001, no(403, 'operation_denied'), 'policy forbids'),
        sentence: 'rule "small-transfers": resource.amount less_than_or_equal 1000 is false',
      },
      onNewRoute('billing', '10', no(403, 'operation_denied'), 'policy forbids'),
      // No matter of the guard: the rules of the business hold for services too.
      onNewRoute('billing', -5, no(422), 'admitted'),
    ],
  },
  {
    heading: 'Nobody else gets in there',
    calls: [
      onNewRoute('billing, no scope', 10, no(403, 'insufficient_scope'), 'scope_missing'),
      onNewRoute('billing, no operation', 10, no(403, 'operation_denied'), 'token forbids'),
      onNewRoute('alice', 10, no(403, 'principal_type_mismatch'), 'principal_is_user'),
      onNewRoute('nobody', 10, no(401, 'credentials_missing'), 'no_bearer_credential'),
      onNewRoute('billing, expired', 10, no(401, 'token_expired'), 'token_past_expiry'),
      onNewRoute('billing, forged', 10, no(401, 'invalid_token'), 'signature_invalid'),
      onNewRoute('billing, foreign', 10, no(401, 'invalid_token'), 'issuer_unknown'),
    ],
  },
  {
    heading: 'Routes of people are for people: user auth used to let services in',
    calls: [
      kept(list, 200),
      kept(send(7), 201),
      asBefore('alice', list, ok(200, [{ by: 'alice', amount: 4000 }])),
    ],
  },
]
