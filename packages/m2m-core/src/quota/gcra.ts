import type { QuotaAnswer, QuotaRate } from './quota-store.js'

/** What a charge came to, and what is to be kept. */
export interface Charged extends QuotaAnswer {
  /** The time, in milliseconds, at which nothing is used any more. */
  readonly freeAt: number
}

/** Milliseconds. A million calls a second: beyond, a sum of times no longer tells them apart. */
const shortestInterval = 0.001
/** Sums of fractions are not exact; a thousandth of a call is nobody's gain. */
const grace = 0.001

/**
 * The generic cell rate algorithm. `freeAt` is what an earlier charge under the same key gave, or
 * anything in the past. In any stretch of t seconds at most `burst + limit * t / window` calls get
 * through; there is no window at whose edge that doubles.
 */
export const chargeAt = (
  freeAt: number,
  now: number,
  { limit, window, burst }: QuotaRate,
  cost: number,
): Charged => {
  const interval = Math.max((window * 1000) / limit, shortestInterval)
  const most = now + burst * interval
  const used = Math.max(freeAt, now)
  const next = used + cost * interval
  // Not "next > most": a clock that has no answer, and a limit so low that its interval is no number,
  // must not let everybody pass.
  const allowed = Number.isFinite(next) && next <= most + grace * interval
  const kept = allowed ? next : used
  return {
    allowed,
    freeAt: kept,
    remaining: Math.max(0, Math.floor((most - kept) / interval + grace) || 0),
    resetAfter: (kept - now) / 1000,
    retryAfter: allowed
      ? 0
      : cost > burst || !Number.isFinite(next)
        ? Infinity
        : (next - most) / 1000,
  }
}
