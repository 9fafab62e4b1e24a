/** A budget as stores are told of it: `limit` calls in `window` seconds, `burst` of them at once. */
export interface QuotaRate {
  readonly limit: number
  readonly window: number
  readonly burst: number
}

/** What became of a charge. All times in seconds, from now on. */
export interface QuotaAnswer {
  /** Whether the cost was taken; nothing is taken otherwise. */
  readonly allowed: boolean
  /** Whole calls that are left at once. */
  readonly remaining: number
  /** Until nothing is used any more. */
  readonly resetAfter: number
  /** Until the same charge could be taken; 0 when it was, `Infinity` when it never can be. */
  readonly retryAfter: number
}

/**
 * Where budgets are kept, as a port. What is under one key is used up in time (GCRA): a charge of 1
 * takes `window / limit` seconds, and never is more taken than `burst` such charges ahead of now. The
 * rate of a key may be another one each time; what was used before stays used.
 */
export interface QuotaStore {
  /**
   * Takes `cost` from what is under `key`, all of it or nothing, in one step. May throw or reject: the
   * option `onStoreError` says what follows.
   */
  charge(key: string, rate: QuotaRate, cost: number): QuotaAnswer | Promise<QuotaAnswer>
}
