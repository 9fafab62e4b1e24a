import type { Budget, BudgetSource } from './budget.js'
import type { QuotaAnswer } from './quota-store.js'

/** How one budget stands after a call. */
export interface QuotaState {
  /** `service`, or the operation that the budget is of. */
  readonly name: string
  /** Calls in `window` seconds. */
  readonly limit: number
  readonly window: number
  /** Calls at once. */
  readonly burst: number
  /** Whole calls that are left at once. */
  readonly remaining: number
  /** Seconds until nothing is used any more. */
  readonly resetAfter: number
  /** Seconds until the same call could pass; 0 when it did, `Infinity` when it never can. */
  readonly retryAfter: number
  /** Who named the limit that counts. */
  readonly source: BudgetSource
  /** What the token states, where that is more and does not count. */
  readonly claimed?: Budget['claimed']
}

/** How the budgets stand that a request was charged to. */
export interface Quota {
  /** Of all calls of the service. */
  readonly service?: QuotaState
  /** Of the operation, where its token has a budget for it. */
  readonly operation?: QuotaState
}

/** What a store's answer means for a budget. Made anew for each call, so that nobody else reads it. */
export const stateOf = (
  { name, rate: { limit, window, burst }, source, claimed }: Budget,
  { remaining, resetAfter, retryAfter }: QuotaAnswer,
): QuotaState => {
  const state = { name, limit, window, burst, remaining, resetAfter, retryAfter, source }
  return claimed ? { ...state, claimed } : state
}

/** The same budgets and how one more of them stands. */
export const withState = (
  quota: Quota | undefined,
  holder: keyof Quota,
  state: QuotaState,
): Quota => {
  // Nearly always: spelled out since copying members takes longer than the charge itself.
  if (quota === undefined && holder === 'service') return { service: state }
  return { ...quota, [holder]: state }
}
