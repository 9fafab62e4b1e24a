import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { createClient } from 'redis'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { chargeAt } from '../../m2m-core/src/quota/gcra.js'
import { chargeScript } from '../src/charge-script.js'
import { createRedisQuotaStore, type NodeRedisClient } from '../src/index.js'
import { describeWithRedis, openRedis, ownPrefix } from './needs-redis.js'
import type { RedisPlace } from './redis-server.js'

/** An hour that any Redis could have, in seconds. */
const epoch = 1_763_820_000

/** The script of the store with a clock that is turned by hand; only a test can put it there. */
const turned = chargeScript.text
  .replace("redis.call('TIME')", '{ ARGV[3], ARGV[4] }')
  .replace("'PX', life", "'PX', '600000'")

const rate = fc
  .record({
    limit: fc.oneof(
      fc.integer({ min: 1, max: 100 }),
      fc.integer({ min: 1, max: 3_000_000 }),
      fc.double({ min: 0.01, max: 1000, noNaN: true }),
    ),
    window: fc.oneof(
      fc.constantFrom(1, 60, 3600),
      fc.double({ min: 0.1, max: 86_400, noNaN: true }),
    ),
    burst: fc.oneof(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 10_000 })),
  })
  .chain((some) => fc.constantFrom(some, some, some, { ...some, limit: 0, burst: 0 }))

const step = fc.record({
  /** Microseconds, or intervals of the rate. */
  passes: fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: 30_000_000 }).map((micros) => ({ micros })),
    fc.integer({ min: 0, max: 5 }).map((intervals) => ({ intervals })),
  ),
  /** One of two rates. */
  which: fc.nat({ max: 1 }),
  cost: fc.oneof(
    fc.constant(1),
    fc.integer({ min: 0, max: 12 }),
    fc.integer({ min: 1, max: 9999 }),
  ),
})

describeWithRedis('any', 'the script', () => {
  let redis: RedisPlace
  let client: ReturnType<typeof createClient>
  beforeAll(async () => {
    redis = await openRedis()
    client = createClient({ url: redis.url })
    await client.connect()
  })
  afterAll(async () => {
    client.destroy()
    await redis.remove()
  })

  it('is changed for this test, and takes no time from its caller otherwise', () => {
    expect(turned).toContain('{ ARGV[3], ARGV[4] }')
    expect(turned).toContain("'PX', '600000'")
    expect(chargeScript.text).not.toContain('ARGV[3]')
  })

  it('comes to what the store of this process comes to, charge by charge', async () => {
    const prefix = ownPrefix()
    let micros = 0
    const now = () => [String(epoch + Math.floor(micros / 1e6)), String(micros % 1e6)]
    const atThatTime: NodeRedisClient = {
      isOpen: true,
      evalSha: () => Promise.reject(new Error('NOSCRIPT')),
      eval: (_text, { keys, arguments: args }) =>
        client.eval(turned, { keys, arguments: [...args, ...now()] }),
    }
    const store = createRedisQuotaStore(atThatTime, { prefix })
    const seen = { allowed: 0, refused: 0 }

    const sameCourse = fc.asyncProperty(
      fc.tuple(rate, rate),
      fc.array(step, { minLength: 1, maxLength: 25 }),
      async (rates, steps) => {
        const key = randomUUID()
        micros = 0
        let freeAt = 0
        for (const { passes, which, cost } of steps) {
          const chosen = rates[which] as (typeof rates)[0]
          const interval = chosen.limit === 0 ? 0 : (chosen.window * 1e6) / chosen.limit
          if (passes !== 0) {
            const passed = 'micros' in passes ? passes.micros : passes.intervals * interval
            micros += Math.min(Math.round(passed), 60_000_000)
          }
          const expected = chargeAt(freeAt, micros / 1000, chosen, cost)
          freeAt = expected.freeAt
          const answer = await store.charge(key, chosen, cost)
          seen[answer.allowed ? 'allowed' : 'refused'] += 1
          expect(answer.allowed).toBe(expected.allowed)
          expect(answer.remaining).toBe(expected.remaining)
          expectAbout(answer.resetAfter, expected.resetAfter)
          expectAbout(answer.retryAfter, expected.retryAfter)
        }
      },
    )
    await fc.assert(sameCourse, { numRuns: 400 })
    expect(Math.min(seen.allowed, seen.refused)).toBeGreaterThan(500)
  })

  it('does not drift, at rates at which a microsecond is much', async () => {
    // 1.4285714 microseconds each: a number of Lua that counts from the epoch has steps of 0.25.
    const fast = { limit: 700_000, window: 1, burst: 1e9 }
    const prefix = ownPrefix()
    const store = createRedisQuotaStore(client, { prefix })
    await store.charge('a', { limit: 1, window: 1000, burst: 1 }, 1)
    const [key = ''] = (await redis.command('KEYS', `${prefix}*`)) as string[]
    const before = String(await redis.command('GET', key))
    for (let call = 0; call < 700; call += 1) {
      expect((await store.charge('a', fast, 1)).allowed).toBe(true)
    }
    const after = String(await redis.command('GET', key))
    expect(picosecondsIn(after) - picosecondsIn(before)).toBeGreaterThan(999_999_000n)
    expect(picosecondsIn(after) - picosecondsIn(before)).toBeLessThanOrEqual(1_000_000_000n)
  })
})

const picosecondsIn = (state: string): bigint => BigInt(state.replace('.', ''))

const expectAbout = (actual: number, expected: number): void => {
  if (!Number.isFinite(expected)) expect(actual).toBe(expected)
  else expect(Math.abs(actual - expected)).toBeLessThan(1e-8 + Math.abs(expected) * 1e-9)
}
