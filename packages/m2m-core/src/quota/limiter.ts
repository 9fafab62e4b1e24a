import { createCircuitBreaker, type Pass } from '../clock/circuit-breaker.js'
import type { Clock } from '../clock/clock.js'
import { within } from '../clock/within.js'
import { quote } from '../errors/quote.js'
import { whyFailed } from '../errors/why-failed.js'
import type { Budget } from './budget.js'
import { createMemoryStore, type MemoryStore } from './memory-store.js'
import { type QuotaState, stateOf } from './quota.js'
import type { QuotaAnswer, QuotaRate, QuotaStore } from './quota-store.js'
import { createSparedStore } from './spared-store.js'

/** What is done while the store fails: count here, refuse, or let through uncounted. */
export type OnStoreError = 'local' | 'deny' | 'allow'

/** How budgets are kept. */
export interface LimiterOptions {
  /** Undefined keeps them in this process. */
  readonly store: QuotaStore | undefined
  readonly onStoreError: OnStoreError
  /** How many processes share a budget that each has to keep for itself. */
  readonly instances: number
  /** Milliseconds that the store may take. */
  readonly timeout: number
  readonly clock: Clock
  readonly announce: (level: 'info' | 'warn', event: string, message: string) => void
}

/** What became of a charge: how the budget stands, or that nobody knows. */
export type Charged = QuotaState | 'denied_uncounted' | 'allowed_uncounted'

/** Charges budgets. */
export interface Limiter {
  /**
   * A plain value where budgets are kept in this process. Never rejects. `now` is what the clock said
   * a moment ago, where that is known; `before` what the same request was charged already.
   */
  charge(budget: Budget, cost: number, now?: number, before?: number): Charged | Promise<Charged>
}

/**
 * A store that is away costs requests nothing, and is back in use within a second: what is left of that
 * is for its client, which has to connect anew, and for a trial that began just too early.
 */
const pauses = { shortest: 250, longest: 750 }

/** Charges the store, and does what was chosen while that fails. */
export const createLimiter = (options: LimiterOptions): Limiter => {
  const { store, clock } = options
  const local = createMemoryStore(clock)
  return Object.freeze({
    charge: store
      ? chargeThere(store, local, options)
      : (budget: Budget, cost: number, now?: number) =>
          stateOf(budget, local.charge(budget.key, budget.rate, cost, now)),
  })
}

const chargeThere = (
  store: QuotaStore,
  local: MemoryStore,
  { onStoreError, instances, timeout, clock, announce }: LimiterOptions,
): Limiter['charge'] => {
  let why = ''
  let uncounted = 0
  const breaker = createCircuitBreaker(clock, (state) => announceState(state), pauses)
  const announceState = (state: 'open' | 'closed'): void => {
    if (state === 'open') {
      const meanwhile = meanwhileTexts[onStoreError]
      announce('warn', 'quota_store_unavailable', `the quota store failed: ${why}; ${meanwhile}`)
    } else {
      const message = `the quota store answers again; ${uncounted} charges were made without it`
      announce('info', 'quota_store_available', message)
      uncounted = 0
    }
  }
  const withoutStore = (budget: Budget, cost: number, before: number): Charged => {
    uncounted += 1
    if (onStoreError === 'deny') return 'denied_uncounted'
    if (onStoreError === 'allow') return 'allowed_uncounted'
    const share = shareOf(budget.rate, instances)
    // What the whole budget has room for is not refused for ever since a part of it has less.
    const whole = cost + before
    const fits = whole <= budget.rate.burst
    const rate = fits ? { ...share, burst: Math.max(share.burst, whole) } : share
    return stateOf({ ...budget, rate }, local.charge(budget.key, rate, cost))
  }
  const ask = async (
    budget: Budget,
    cost: number,
    pass: Pass,
  ): Promise<QuotaAnswer | undefined> => {
    try {
      const said = await within(timeout, () => store.charge(budget.key, budget.rate, cost))
      const answer = readAnswer(said)
      pass.settle(true)
      return answer
    } catch (fault) {
      why = whyFailed(fault)
      pass.settle(false)
      return undefined
    }
  }
  const spared = createSparedStore(clock)
  const charge: Limiter['charge'] = (budget, cost, now, before = 0) => {
    const refused = spared.recall(budget, cost)
    if (refused) {
      spared.release(budget.key)
      return stateOf(budget, refused)
    }
    const room = spared.wait(budget.key)
    if (room !== undefined) return room.then(() => charge(budget, cost, now, before))
    const pass = breaker.admit()
    if (typeof pass === 'number') {
      spared.release(budget.key)
      return withoutStore(budget, cost, before)
    }
    const asked = spared.ask(budget, cost, () => ask(budget, cost, pass))
    // Nobody waits for a store that failed just now, not even whoever tries it again.
    if (pass.isTrial) return withoutStore(budget, cost, before)
    return asked.then((answer) =>
      answer ? stateOf(budget, answer) : withoutStore(budget, cost, before),
    )
  }
  return charge
}

const meanwhileTexts: Readonly<Record<OnStoreError, string>> = {
  local: 'calls are counted in this process until it answers again',
  deny: 'calls are answered 503 until it answers again',
  allow: 'calls pass uncounted until it answers again',
}

/** This process's part of a budget, of which one call at once is the least. */
const shareOf = ({ limit, window, burst }: QuotaRate, instances: number): QuotaRate => ({
  limit: limit / instances,
  window,
  burst: burst === 0 ? 0 : Math.max(1, Math.floor(burst / instances)),
})

const readAnswer = (said: unknown): QuotaAnswer => {
  const { allowed, remaining, resetAfter, retryAfter } = (said ?? {}) as Partial<QuotaAnswer>
  const isAnswer =
    typeof allowed === 'boolean' &&
    isAmount(remaining) &&
    isAmount(resetAfter) &&
    typeof retryAfter === 'number' &&
    (allowed ? retryAfter === 0 : retryAfter > 0)
  if (isAnswer) return { allowed, remaining, resetAfter, retryAfter }
  throw new Error(`expected { allowed, remaining, resetAfter, retryAfter }, got ${quote(said)}`)
}

const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
