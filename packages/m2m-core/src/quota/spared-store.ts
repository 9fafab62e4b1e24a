import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock/clock.js'
import type { Budget } from './budget.js'
import type { QuotaAnswer, QuotaRate } from './quota-store.js'

/** Keeps a caller who calls far too often from making the store slow for all. */
export interface SparedStore {
  /**
   * What the store would say, where it refused the same charge just now and no time has passed that
   * could change that; undefined otherwise.
   */
  recall(budget: Budget, cost: number): QuotaAnswer | undefined
  /** Resolves when there is room to ask for this key; undefined when there is. */
  wait(key: string): Promise<void> | undefined
  /** Lets all who wait for this key go on: whoever came before them did not ask. */
  release(key: string): void
  /** Asks; so many at once for one key, whoever asks more must `wait`. */
  ask(
    budget: Budget,
    cost: number,
    work: () => Promise<QuotaAnswer | undefined>,
  ): Promise<QuotaAnswer | undefined>
}

const mostAtOnce = 64
const mostRefusals = 10_000
/** Milliseconds. Whoever empties a key by hand waits no longer. */
const longestMemory = 1000

interface Refused {
  readonly rate: QuotaRate
  readonly cost: number
  readonly answeredAt: number
  readonly until: number
  readonly answer: QuotaAnswer
}

interface Turns {
  running: number
  waiting: (() => void)[]
}

/** Makes one for a store. */
export const createSparedStore = (clock: Clock): SparedStore => {
  const refusals = new LRUCache<string, Refused>({ max: mostRefusals })
  const turnsOf = new Map<string, Turns>()

  const wake = (key: string, turns: Turns, most: number): void => {
    const next = turns.waiting.splice(0, most)
    if (turns.running === 0 && turns.waiting.length === 0) turnsOf.delete(key)
    for (const go of next) go()
  }
  return Object.freeze({
    recall: ({ key, rate }: Budget, cost: number) => {
      const known = refusals.get(key)
      if (!known || known.cost !== cost || !isSame(known.rate, rate)) return undefined
      const now = clock.monotonic()
      if (!(now < known.until)) return undefined
      return later(known.answer, (now - known.answeredAt) / 1000)
    },
    wait: (key: string) => {
      const turns = turnsOf.get(key)
      if (!turns || turns.running < mostAtOnce) return undefined
      return new Promise<void>((resolve) => turns.waiting.push(resolve))
    },
    release: (key: string) => {
      const turns = turnsOf.get(key)
      if (turns) wake(key, turns, turns.waiting.length)
    },
    ask: async (
      { key, rate }: Budget,
      cost: number,
      work: () => Promise<QuotaAnswer | undefined>,
    ) => {
      const turns = turnsOf.get(key) ?? { running: 0, waiting: [] }
      turnsOf.set(key, turns)
      turns.running += 1
      const askedAt = clock.monotonic()
      let answer: QuotaAnswer | undefined
      try {
        answer = await work()
        if (answer?.allowed === false) {
          const until = askedAt + Math.min(answer.retryAfter * 1000, longestMemory)
          // What it says of time counts from now on: nobody is told to come too early.
          refusals.set(key, { rate, cost, answeredAt: clock.monotonic(), until, answer })
        }
        return answer
      } finally {
        turns.running -= 1
        // After a refusal or a fault the others need not ask.
        wake(key, turns, answer?.allowed ? 1 : turns.waiting.length)
      }
    },
  } satisfies SparedStore)
}

const later = (answer: QuotaAnswer, seconds: number): QuotaAnswer => ({
  ...answer,
  resetAfter: Math.max(0, answer.resetAfter - seconds),
  retryAfter: answer.retryAfter - seconds,
})

const isSame = (one: QuotaRate, other: QuotaRate): boolean =>
  one.limit === other.limit && one.window === other.window && one.burst === other.burst
