import type { RateLimit } from '../principal/read-rate-limit.js'
import type { QuotaRate } from './quota-store.js'

/** Who named a limit. */
export type BudgetSource = 'tier' | 'service' | 'token'

/** What one service may use, of all its calls or of one operation. */
export interface Budget {
  /** What headers and records call it: `service`, or the operation. */
  readonly name: string
  /** What stores keep it under: nobody else's. */
  readonly key: string
  readonly rate: QuotaRate
  /** Who named what counts: the last that lowered it. */
  readonly source: BudgetSource
  /** What the token states, where that is more and does not count. */
  readonly claimed?: RateLimit
}

/** A limit and who named it. */
export type NamedLimit = readonly [source: BudgetSource, limit: RateLimit | undefined]

/**
 * The lowest of limits, from the one that goes before to the ones that may only lower it; undefined
 * when there is none. With other windows the slower one counts, and the smaller of both bursts.
 */
export const lowestOf = (
  limits: readonly NamedLimit[],
): Pick<Budget, 'rate' | 'source' | 'claimed'> | undefined => {
  let lowest: Pick<Budget, 'rate' | 'source' | 'claimed'> | undefined
  for (const [source, limit] of limits) {
    if (limit === undefined) continue
    const rate = rateOf(limit)
    const joint = lowest ? lower(lowest.rate, rate) : rate
    lowest = {
      rate: joint,
      source: lowest && isSame(joint, lowest.rate) ? lowest.source : source,
      ...(source === 'token' && !isSame(joint, rate) && { claimed: limit }),
    }
  }
  return lowest
}

/** Without `burst` all calls of a window may come at once. */
const rateOf = ({ limit, window, burst = Math.max(1, limit) }: RateLimit): QuotaRate => ({
  limit,
  window,
  burst: limit === 0 ? 0 : Math.floor(burst),
})

const lower = (one: QuotaRate, other: QuotaRate): QuotaRate => {
  const { limit, window } = other.limit / other.window <= one.limit / one.window ? other : one
  return { limit, window, burst: Math.min(one.burst, other.burst) }
}

const isSame = (one: QuotaRate, other: QuotaRate): boolean =>
  one.limit === other.limit && one.window === other.window && one.burst === other.burst
