import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock/clock.js'
import type { EngineVerdict } from './engine-verdict.js'

/** Engine answers that may be given again. Errors are never kept. */
export interface DecisionCache {
  get(key: string): EngineVerdict | undefined
  /** Keeps an answer to a question asked at `askedAt`, for as long as the engine vouches for it. */
  keep(key: string, verdict: EngineVerdict, about: Kept): void
  /** Forgets the answers about one service. */
  invalidate(serviceId: string): void
}

/** What decides how long an answer is kept. */
export interface Kept {
  readonly serviceId: string
  readonly askedAt: number
  readonly cacheable: boolean | number
}

const mostDecisions = 10_000
const longestAllow = 60_000
const longestDeny = 10_000

/** An empty cache of 10 000 answers: an allow for 60 s at most, a deny for 10 s. */
export const createDecisionCache = (clock: Clock): DecisionCache => {
  const kept = new LRUCache<string, { verdict: EngineVerdict; until: number; serviceId: string }>({
    max: mostDecisions,
  })
  return Object.freeze({
    get: (key: string) => {
      const entry = kept.get(key)
      // Not "now >= until": a clock that has no answer must not keep answers alive.
      if (entry && clock.monotonic() < entry.until) return entry.verdict
      if (entry) kept.delete(key)
      return undefined
    },
    keep: (key: string, verdict: EngineVerdict, { serviceId, askedAt, cacheable }: Kept) => {
      if (cacheable === false) return
      const longest = verdict.allows ? longestAllow : longestDeny
      const lifetime = cacheable === true ? longest : Math.min(cacheable * 1000, longest)
      kept.set(key, { verdict, until: askedAt + lifetime, serviceId })
    },
    invalidate: (serviceId: string) => {
      for (const [key, entry] of kept.entries()) {
        if (entry.serviceId === serviceId) kept.delete(key)
      }
    },
  })
}
