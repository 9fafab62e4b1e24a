import { expect, it } from 'vitest'
import type { Budget } from '../../src/quota/budget.js'
import { createLimiter } from '../../src/quota/limiter.js'
import { createMemoryStore } from '../../src/quota/memory-store.js'
import type { QuotaStore } from '../../src/quota/quota-store.js'
import { createManualClock } from '../token/manual-clock.js'

const budget: Budget = {
  name: 'service',
  key: 'service\0billing',
  rate: { limit: 10, window: 60, burst: 10 },
  source: 'tier',
}
const flood = 1000

const limiterOn = (store: QuotaStore, onStoreError: 'local' | 'deny' = 'deny') => {
  const clock = createManualClock()
  const options = { onStoreError, instances: 1, timeout: 20, clock, announce: () => undefined }
  return { clock, limiter: createLimiter({ store, ...options }) }
}
const passed = (charged: unknown): boolean =>
  typeof charged === 'object' && (charged as { retryAfter: number }).retryAfter === 0

it('of a flood under one key the store is asked a part', async () => {
  let asked = 0
  const { clock, limiter } = limiterOn({
    charge: async (...charge) => {
      asked += 1
      return real.charge(...charge)
    },
  })
  const real = createMemoryStore(clock)
  const all = Array.from({ length: flood }, () => limiter.charge(budget, 1))
  expect((await Promise.all(all)).filter(passed)).toHaveLength(10)
  expect(asked).toBeLessThanOrEqual(64)
  clock.advance(6000)
  expect(passed(await limiter.charge(budget, 1))).toBe(true)
})

it('a store that lets all through is asked for each', async () => {
  const answer = { allowed: true, remaining: 1, resetAfter: 1, retryAfter: 0 }
  const { limiter } = limiterOn({ charge: async () => answer })
  const all = Array.from({ length: flood }, () => limiter.charge(budget, 1))
  expect((await Promise.all(all)).filter(passed)).toHaveLength(flood)
})

it.each([
  ['hangs', () => new Promise<never>(() => undefined)],
  ['fails', () => Promise.reject(new Error('READONLY'))],
])('nobody waits for ever for a store that %s', async (_what, charge) => {
  const { limiter } = limiterOn({ charge })
  const all = Array.from({ length: flood }, () => limiter.charge(budget, 1))
  expect(new Set(await Promise.all(all))).toEqual(new Set(['denied_uncounted']))
})

it('a refusal that was slow to come tells nobody to come too early', async () => {
  let asked = 0
  const { clock, limiter } = limiterOn({
    charge: async () => {
      asked += 1
      clock.advance(40)
      return { allowed: false, remaining: 0, resetAfter: 60, retryAfter: 6 }
    },
  })
  expect(await limiter.charge(budget, 1)).toMatchObject({ retryAfter: 6 })
  expect(await limiter.charge(budget, 1)).toMatchObject({ retryAfter: 6 })
  clock.advance(500)
  expect(await limiter.charge(budget, 1)).toMatchObject({ retryAfter: 5.5 })
  expect(asked).toBe(1)
})
