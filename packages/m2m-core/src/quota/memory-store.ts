import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock/clock.js'
import { chargeAt } from './gcra.js'
import type { QuotaAnswer, QuotaRate, QuotaStore } from './quota-store.js'

/** A store that answers at once. */
export interface MemoryStore extends QuotaStore {
  /** `now` is what the clock said a moment ago, where that is known: asking it costs. */
  charge(key: string, rate: QuotaRate, cost: number, now?: number): QuotaAnswer
}

const mostKeys = 10_000

/**
 * Keeps budgets in this process: several processes give as many budgets. Of more than 10 000 keys
 * those that were not asked for longest are forgotten, as if nothing were used under them.
 */
export const createMemoryStore = (clock: Clock): MemoryStore => {
  const kept = new LRUCache<string, { freeAt: number }>({ max: mostKeys })
  return Object.freeze({
    charge: (key, rate, cost, now = clock.monotonic()) => {
      const entry = kept.get(key)
      const charged = chargeAt(entry?.freeAt ?? 0, now, rate, cost)
      if (entry) entry.freeAt = charged.freeAt
      else kept.set(key, { freeAt: charged.freeAt })
      return charged
    },
  } satisfies MemoryStore)
}
