import { describe, expect, it } from 'vitest'
import type { Budget } from '../../src/quota/budget.js'
import { type Charged, createLimiter, type LimiterOptions } from '../../src/quota/limiter.js'
import { createMemoryStore } from '../../src/quota/memory-store.js'
import type { QuotaStore } from '../../src/quota/quota-store.js'
import { createManualClock } from '../token/manual-clock.js'

const budget: Budget = {
  name: 'service',
  key: 'service\0billing',
  rate: { limit: 10, window: 60, burst: 10 },
  source: 'tier',
}

/** A store that can be broken, and counts who asks it. */
const setUp = (options: Partial<LimiterOptions> = {}) => {
  const clock = createManualClock()
  const notices: string[] = []
  const real = createMemoryStore(clock)
  const store: { asked: number; charge: QuotaStore['charge'] } = { asked: 0, charge: real.charge }
  const limiter = createLimiter({
    store: {
      charge: (...asked) => {
        store.asked += 1
        return store.charge(...asked)
      },
    },
    onStoreError: 'local',
    instances: 1,
    timeout: 20,
    clock,
    announce: (level, event, message) => void notices.push(`${level} ${event}: ${message}`),
    ...options,
  })
  const charge = async (times: number, cost = 1): Promise<readonly Charged[]> => {
    const charged: Charged[] = []
    for (let count = 0; count < times; count += 1) charged.push(await limiter.charge(budget, cost))
    return charged
  }
  return { clock, notices, real, store, limiter, charge }
}
const passes = (charged: Charged): boolean =>
  charged === 'allowed_uncounted' || (typeof charged === 'object' && charged.retryAfter === 0)

const faults: readonly (readonly [string, QuotaStore['charge']])[] = [
  ['rejects', () => Promise.reject(new Error('ECONNREFUSED'))],
  ['rejects with nothing', () => Promise.reject()],
  [
    'throws at once',
    () => {
      throw new Error('READONLY')
    },
  ],
  ['never answers', () => new Promise(() => {})],
  ['answers nothing', () => undefined as never],
  ['answers null', () => null as never],
  ['answers true', () => true as never],
  [
    'answers in text',
    () => ({ allowed: 'true', remaining: 1, resetAfter: 1, retryAfter: 0 }) as never,
  ],
  [
    'allows and tells when to come again',
    () => ({ allowed: true, remaining: 1, resetAfter: 1, retryAfter: 9 }),
  ],
  [
    'refuses without saying when',
    () => ({ allowed: false, remaining: 1, resetAfter: 1, retryAfter: 0 }),
  ],
  [
    'answers with NaN',
    () => ({ allowed: true, remaining: Number.NaN, resetAfter: 1, retryAfter: 0 }),
  ],
  ['owes', () => ({ allowed: true, remaining: -1, resetAfter: 1, retryAfter: 0 })],
]

describe('without a store of its own', () => {
  it('answers at once', () => {
    const { limiter } = setUp({ store: undefined })
    expect(limiter.charge(budget, 4)).toEqual({
      name: 'service',
      limit: 10,
      window: 60,
      burst: 10,
      remaining: 6,
      resetAfter: 24,
      retryAfter: 0,
      source: 'tier',
    })
  })
})

describe('row 53: while the store fails', () => {
  it.each(faults)("%s: 'local' counts here, and no call fails", async (_what, fault) => {
    const { store, charge } = setUp()
    store.charge = fault
    expect((await charge(12)).map(passes)).toEqual([...Array(10).fill(true), false, false])
  })

  it.each(faults)("%s: 'deny' says so, and never that a quota is used up", async (_what, fault) => {
    const { store, charge } = setUp({ onStoreError: 'deny' })
    store.charge = fault
    expect(new Set(await charge(12))).toEqual(new Set(['denied_uncounted']))
  })

  it.each(faults)("%s: 'allow' lets through", async (_what, fault) => {
    const { store, charge } = setUp({ onStoreError: 'allow' })
    store.charge = fault
    expect(new Set(await charge(12))).toEqual(new Set(['allowed_uncounted']))
  })

  it.each(faults)('%s: after five times nobody waits for it any more', async (_what, fault) => {
    const { store, charge, limiter } = setUp()
    store.charge = fault
    await charge(5)
    expect(limiter.charge(budget, 1)).not.toBeInstanceOf(Promise)
    await charge(100)
    expect(store.asked).toBe(5)
  })

  it('each of several processes counts its part, one call at least', async () => {
    const { store, charge } = setUp({ instances: 4 })
    store.charge = () => Promise.reject(new Error('away'))
    const charged = await charge(5)
    expect(charged.map(passes)).toEqual([true, true, false, false, false])
    expect(charged[0]).toMatchObject({ limit: 2.5, burst: 2 })
    const many = setUp({ instances: 1000 })
    many.store.charge = () => Promise.reject(new Error('away'))
    expect((await many.charge(3)).map(passes)).toEqual([true, false, false])
  })

  it('a budget of nothing stays nothing', async () => {
    const { store, limiter } = setUp()
    store.charge = () => Promise.reject(new Error('away'))
    const nothing = { ...budget, rate: { limit: 0, window: 60, burst: 0 } }
    expect(passes(await limiter.charge(nothing, 1))).toBe(false)
  })
})

describe('when the store is back', () => {
  it('it is used again within a second, and both are told once', async () => {
    const { clock, notices, real, store, charge } = setUp()
    store.charge = () => Promise.reject(new Error('ECONNREFUSED'))
    await charge(50)
    clock.advance(60_000)
    await charge(20)
    expect(store.asked).toBe(6)
    store.charge = real.charge
    clock.advance(1000)
    await charge(1)
    await new Promise((resolve) => setImmediate(resolve))
    await charge(3)
    expect(store.asked).toBe(10)
    expect(notices).toEqual([
      'warn quota_store_unavailable: the quota store failed: ECONNREFUSED; calls are counted in this process until it answers again',
      'info quota_store_available: the quota store answers again; 71 charges were made without it',
    ])
  })

  it('a fault without words of its own is told by those within it, or by its name', async () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:6379')
    for (const [fault, told] of [
      // What Node throws where a name has several addresses and none answers.
      [new AggregateError([new Error('connect ECONNREFUSED ::1:6379'), refused]), '::1:6379'],
      [new RangeError(), 'RangeError'],
    ] as const) {
      const { notices, store, charge } = setUp()
      store.charge = () => Promise.reject(fault)
      await charge(5)
      expect(notices[0]).toContain(told)
    }
  })

  it('however long it was away, a quarter of that second is left for its client', async () => {
    const { clock, store, charge } = setUp()
    store.charge = () => Promise.reject(new Error('ECONNREFUSED'))
    await charge(5)
    for (let trial = 1; trial < 10; trial += 1) {
      clock.advance(750)
      await charge(1)
      await new Promise((resolve) => setImmediate(resolve))
      expect(store.asked).toBe(5 + trial)
    }
  })

  it('whoever tries it again waits for nothing', async () => {
    const { clock, store, charge, limiter } = setUp()
    store.charge = () => new Promise(() => {})
    await charge(5)
    clock.advance(1000)
    expect(limiter.charge(budget, 1)).not.toBeInstanceOf(Promise)
    expect(store.asked).toBe(6)
  })

  it('a failure now and then opens nothing', async () => {
    const { notices, real, store, charge } = setUp()
    for (let round = 0; round < 5; round += 1) {
      store.charge = () => Promise.reject(new Error('once'))
      await charge(4)
      store.charge = real.charge
      await charge(1)
    }
    expect(notices).toEqual([])
  })
})
