import { quote } from '../errors/quote.js'
import { isRefusal, type Refusal, refuse } from '../errors/refusal.js'
import type { Operation } from '../policy/operation.js'
import type { Budget } from '../quota/budget.js'
import type { Charged } from '../quota/limiter.js'
import { type Quota, type QuotaState, withState } from '../quota/quota.js'
import { quotaHeaders, waitOf } from '../quota/quota-headers.js'
import type { Call } from './call.js'
import { type Caller, checkCaller } from './caller.js'
import type { Outcome } from './conclude.js'
import type { Line } from './line.js'

/** The quota stage of a request: one call of the service. `now` is what the clock said just now. */
export const chargeRequest = (
  line: Line,
  call: Call,
  caller: Caller,
  now: number,
): Outcome | Promise<Outcome> => {
  const budget = caller.budgets?.service
  return budget ? charge(line, call, caller, { holder: 'service', budget, cost: 1, now }) : caller
}

/**
 * What an operation costs beyond the call that carried it, once it is permitted: its own budget first,
 * which is refused more often, then the service's.
 */
export const chargeOperation = (
  line: Line,
  call: Call,
  caller: Caller,
  operation: Operation,
  cost: number,
): Outcome | Promise<Outcome> => {
  const own = caller.budgets?.operation(operation.name)
  const all = cost > 1 ? caller.budgets?.service : undefined
  const chargeAll = (outcome: Outcome): Outcome | Promise<Outcome> =>
    all && !isRefusal(outcome)
      ? charge(line, call, caller, { holder: 'service', budget: all, cost: cost - 1, before: 1 })
      : outcome
  const outcome = own
    ? charge(line, call, caller, { holder: 'operation', budget: own, cost })
    : caller
  return outcome instanceof Promise ? outcome.then(chargeAll) : chargeAll(outcome)
}

interface Due {
  readonly holder: keyof Quota
  readonly budget: Budget
  readonly cost: number
  /** What the same request was charged already, and would be again if it came again. */
  readonly before?: number
  readonly now?: number
}

const charge = (line: Line, call: Call, caller: Caller, due: Due): Outcome | Promise<Outcome> => {
  const charged = line.limiter.charge(due.budget, due.cost, due.now, due.before)
  if (!(charged instanceof Promise)) return note(call, due, charged) ?? caller
  // A store may have taken long enough for token, keys or registry to change.
  return charged.then(
    (late) => checkCaller(caller, line.clock.monotonic()) ?? note(call, due, late) ?? caller,
  )
}

const note = (
  call: Call,
  { holder, cost, before = 0 }: Due,
  charged: Charged,
): Refusal | undefined => {
  if (charged === 'denied_uncounted') return storeUnavailable
  if (charged === 'allowed_uncounted') return undefined
  const isRefused = charged.retryAfter > 0
  const state = isRefused && before > 0 ? whenRepeated(charged, cost + before, before) : charged
  call.quota = withState(call.quota, holder, state)
  return isRefused ? exceeded(call.quota, state, cost + before) : undefined
}

/** Coming again takes what went before it, too: there must be room for the whole cost. */
const whenRepeated = (state: QuotaState, cost: number, before: number): QuotaState => {
  const { limit, window, burst, retryAfter } = state
  const isNever = cost > burst
  return { ...state, retryAfter: isNever ? Infinity : retryAfter + (before * window) / limit }
}

const exceeded = (quota: Quota, state: QuotaState, cost: number): Refusal => {
  const { name, limit, window, burst, source, claimed, retryAfter } = state
  const whose = name === 'service' ? 'of all its calls' : `of ${name}`
  const most = `${limit} in ${window} s, ${burst} at once`
  const than = claimed ? `; its token states ${claimed.limit} in ${claimed.window} s` : ''
  const remedy = Number.isFinite(retryAfter)
    ? `raise the limit ${sourceTexts[source]}, or let it call less often`
    : `it can never pass: raise the limit ${sourceTexts[source]}, or lower the cost`
  return refuse(
    'quota_used_up',
    `expected the service to stay within its budget ${whose}, ${most}${than}, got a call of cost ` +
      `${cost} too many; ${remedy}`,
    {
      retryAfter: waitOf(retryAfter, window),
      headers: quotaHeaders(quota),
      violatedPolicies: [name],
    },
  )
}

const sourceTexts: Readonly<Record<QuotaState['source'], string>> = {
  tier: 'of its tier',
  service: 'in its registration',
  token: 'in its rate_limit claim',
}

const storeUnavailable = refuse(
  'quota_store_unavailable',
  `expected the quota store to answer, it does not; onStoreError is ${quote('deny')}: mend the ` +
    'store, or choose "local" to go on counting in this process',
  { retryAfter: 1 },
)
