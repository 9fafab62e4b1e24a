import { Redis } from 'ioredis'
import { createClient, RESP_TYPES } from 'redis'
import { createClient as createClient4 } from 'redis4'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createRedisQuotaStore, type RedisClient } from '../src/index.js'
import { type ClientKind, type Connected, clientKinds, nodeRedis } from './clients.js'
import { describeWithRedis, openRedis, ownPrefix } from './needs-redis.js'
import { type RedisCluster, startCluster } from './redis-cluster.js'
import { type RedisPlace, startRedis } from './redis-server.js'

const hourly = { limit: 3, window: 3600, burst: 3 }

/** The clock of Redis. */
const secondsOf = async (redis: RedisPlace): Promise<number> => {
  const [seconds, micros] = (await redis.command('TIME')) as [string, string]
  return Number(seconds) + Number(micros) / 1e6
}

/** What holds whichever client is asked, and however many nodes there are. */
const describeStore = (open: () => Promise<Connected>): void => {
  const openStore = async (prefix = ownPrefix()) => {
    const { client, close } = await open()
    onTestFinished(close)
    return createRedisQuotaStore(client, { prefix })
  }

  it('takes what a charge costs until nothing is left', async () => {
    const store = await openStore()
    const answers = []
    for (let call = 0; call < 4; call += 1) answers.push(await store.charge('a', hourly, 1))
    expect(answers.map(({ allowed }) => allowed)).toEqual([true, true, true, false])
    expect(answers.map(({ remaining }) => remaining)).toEqual([2, 1, 0, 0])
    const [first, , , refused] = answers
    expect(first?.resetAfter).toBeCloseTo(1200, 3)
    expect(first?.retryAfter).toBe(0)
    expect(refused?.retryAfter).toBeGreaterThan(1100)
    expect(refused?.retryAfter).toBeLessThanOrEqual(1200)
    expect(refused?.resetAfter).toBeGreaterThan(3500)
    expect(refused?.resetAfter).toBeLessThanOrEqual(3600)
  })

  it('takes all of a cost or nothing', async () => {
    const store = await openStore()
    expect(await store.charge('a', hourly, 2)).toMatchObject({ allowed: true, remaining: 1 })
    expect(await store.charge('a', hourly, 2)).toMatchObject({ allowed: false, remaining: 1 })
    expect(await store.charge('a', hourly, 1)).toMatchObject({ allowed: true, remaining: 0 })
  })

  it('says that what costs more than the burst, or has a limit of 0, never passes', async () => {
    const store = await openStore()
    const never = { allowed: false, retryAfter: Infinity, resetAfter: 0 }
    expect(await store.charge('a', hourly, 4)).toEqual({ ...never, remaining: 3 })
    const none = { limit: 0, window: 60, burst: 0 }
    expect(await store.charge('a', none, 1)).toEqual({ ...never, remaining: 0 })
    expect(await store.charge('a', { ...none, burst: 5 }, 1)).toEqual({ ...never, remaining: 0 })
  })

  it('keeps what was used when the rate changes', async () => {
    const store = await openStore()
    await store.charge('a', { limit: 1, window: 3600, burst: 1 }, 1)
    const answer = await store.charge('a', { limit: 60, window: 3600, burst: 10 }, 1)
    expect(answer).toMatchObject({ allowed: false, remaining: 0 })
    expect(answer.retryAfter).toBeGreaterThan(3000)
  })

  it('lets through again when the time has come that it named', async () => {
    const store = await openStore()
    const rate = { limit: 20, window: 1, burst: 1 }
    await store.charge('a', rate, 1)
    const { allowed, retryAfter } = await store.charge('a', rate, 1)
    expect(allowed).toBe(false)
    await new Promise((resolve) => setTimeout(resolve, retryAfter * 1000 + 2))
    expect((await store.charge('a', rate, 1)).allowed).toBe(true)
  })

  it('keeps keys apart whatever bytes they hold', async () => {
    const store = await openStore()
    const once = { limit: 1, window: 3600, burst: 1 }
    const keys = [
      'a',
      'a\0',
      'a\0b',
      '{a}',
      'a}',
      '',
      ' a',
      'A',
      '\u{1f600}',
      '\r\n',
      '\u00e9',
      'e\u0301',
    ]
    keys.push('\ud800', '\ud801', '\ufffd')
    for (const key of keys) expect((await store.charge(key, once, 1)).allowed).toBe(true)
    for (const key of keys) expect((await store.charge(key, once, 1)).allowed).toBe(false)
  })

  it('keeps prefixes apart', async () => {
    const once = { limit: 1, window: 3600, burst: 1 }
    const same = ownPrefix()
    const stores = [await openStore(), await openStore(), await openStore(same)]
    for (const store of stores) expect((await store.charge('a', once, 1)).allowed).toBe(true)
    const again = await openStore(same)
    expect((await again.charge('a', once, 1)).allowed).toBe(false)
  })

  it.each([
    { limit: 1e-300, window: 366 * 86_400, burst: 1 },
    { limit: Number.MIN_VALUE, window: 366 * 86_400, burst: 1 },
    { limit: 1, window: 366 * 86_400, burst: 1e308 },
    { limit: 1e308, window: 1e-300, burst: 1e308 },
  ])('answers any rate there can be: %j', async (rate) => {
    const store = await openStore()
    for (const cost of [1, 1, 1_000_000]) {
      const answer = await store.charge('a', rate, cost)
      const { allowed, remaining, resetAfter, retryAfter } = answer
      expect(Number.isFinite(remaining) && Number.isFinite(resetAfter)).toBe(true)
      expect(allowed ? retryAfter === 0 : retryAfter > 0).toBe(true)
    }
    expect((await store.charge('b', rate, 1)).allowed).toBe(true)
    expect((await store.charge('b', rate, 1)).allowed).toBe(rate.burst > 1)
  })
}

describeWithRedis('any', 'quotas in one Redis', () => {
  let redis: RedisPlace
  beforeAll(async () => {
    redis = await openRedis()
  })
  afterAll(() => redis.remove())
  const open = ({ connect }: ClientKind) => connect(redis.url)

  describe.each(clientKinds)('through $name', (kind) => describeStore(() => open(kind)))

  describe.each(clientKinds)('of 20 connections of $name at once', (kind) => {
    it('let through no more than burst and rate together, and no less', async () => {
      const connected = await Promise.all(Array.from({ length: 20 }, () => open(kind)))
      for (const { close } of connected) onTestFinished(close)
      const prefix = ownPrefix()
      const rate = { limit: 200, window: 1, burst: 10 }
      const begin = await secondsOf(redis)
      const until = performance.now() + 1000
      const counts = await Promise.all(
        connected.map(async ({ client }) => {
          const store = createRedisQuotaStore(client, { prefix })
          let admitted = 0
          let asked = 0
          while (performance.now() < until && asked < 5000) {
            asked += 1
            if ((await store.charge('a', rate, 1)).allowed) admitted += 1
          }
          return { admitted, asked }
        }),
      )
      const most = rate.burst + rate.limit * ((await secondsOf(redis)) - begin)
      const sum = (name: 'admitted' | 'asked') =>
        counts.reduce((total, count) => total + count[name], 0)
      expect(sum('asked')).toBeGreaterThan(most * 2)
      expect(sum('admitted')).toBeLessThanOrEqual(most + 0.01)
      expect(sum('admitted')).toBeGreaterThan(most * 0.7)
    })
  })

  describe('of what is kept', () => {
    const open = async () => {
      const { client, close } = await nodeRedis.connect(redis.url)
      onTestFinished(close)
      const prefix = ownPrefix()
      const store = createRedisQuotaStore(client, { prefix })
      const keys = async () => (await redis.command('KEYS', `${prefix}*`)) as string[]
      const charge = (rate = hourly, cost = 1) =>
        store.charge('service\0https://as.example\0billing', rate, cost)
      return { prefix, keys, charge }
    }

    it('the key tells no id, and Cluster looks at no more than its digest', async () => {
      const { prefix, keys, charge } = await open()
      await charge()
      const [key = '', ...more] = await keys()
      expect(more).toEqual([])
      expect(key.slice(prefix.length)).toMatch(/^quota:\{[\w-]{43}\}$/)
    })

    it('the state is one time by the clock of Redis, in plain digits', async () => {
      const { keys, charge } = await open()
      const before = await secondsOf(redis)
      await charge()
      const after = await secondsOf(redis)
      const [key = ''] = await keys()
      const state = String(await redis.command('GET', key))
      expect(state).toMatch(/^\d{10}\.\d{12}$/)
      expect(Number(state) - 1200).toBeGreaterThan(before - 0.001)
      expect(Number(state) - 1200).toBeLessThan(after + 0.001)
    })

    it('the key lives until nothing is used any more', async () => {
      const { keys, charge } = await open()
      await charge()
      await charge()
      const [key = ''] = await keys()
      const endsIn = Number(await redis.command('GET', key)) - (await secondsOf(redis))
      const livesFor = Number(await redis.command('PTTL', key)) / 1000
      expect(livesFor).toBeGreaterThan(endsIn - 1)
      expect(livesFor).toBeLessThanOrEqual(2400.001)
    })

    it('a charge of 0 takes nothing and leaves nothing', async () => {
      const { keys, charge } = await open()
      expect(await charge(hourly, 0)).toEqual({
        allowed: true,
        remaining: 3,
        resetAfter: 0,
        retryAfter: 0,
      })
      expect(await keys()).toEqual([])
    })

    it('nothing stays of what is used no more', async () => {
      const { keys, charge } = await open()
      await charge({ limit: 10, window: 1, burst: 1 })
      expect(await keys()).toHaveLength(1)
      await new Promise((resolve) => setTimeout(resolve, 120))
      expect(await keys()).toEqual([])
    })

    it('a refused charge leaves it as it was', async () => {
      const { keys, charge } = await open()
      const once = { limit: 1, window: 3600, burst: 1 }
      await charge(once)
      const [key = ''] = await keys()
      const before = await redis.command('GET', key)
      expect((await charge(once)).allowed).toBe(false)
      expect(await redis.command('GET', key)).toBe(before)
    })

    it('anything else under the key is a fault, never a free budget', async () => {
      const { keys, charge } = await open()
      await charge()
      const [key = ''] = await keys()
      for (const text of ['', 'soon', '1e9', '12', '-1.0', '1.2.3', 'nan', '0x10.5']) {
        await redis.command('SET', key, text)
        await expect(charge()).rejects.toThrow('expected a time under the key of a quota')
      }
      await redis.command('DEL', key)
      await redis.command('RPUSH', key, 'x')
      await expect(charge()).rejects.toThrow('WRONGTYPE')
      await redis.command('DEL', key)
      expect((await charge()).allowed).toBe(true)
    })
  })

  describe('through a client that reads replies in its own way', () => {
    const own: readonly (readonly [string, (url: string) => Promise<Connected>])[] = [
      [
        'redis with buffers and text for numbers',
        async (url) => {
          const client = createClient({ url })
          await client.connect()
          const mapped = client.withTypeMapping({
            [RESP_TYPES.BLOB_STRING]: Buffer,
            [RESP_TYPES.NUMBER]: String,
          })
          return { client: mapped, close: () => client.destroy() }
        },
      ],
      [
        'redis with RESP 2',
        async (url) => {
          const client = createClient({ url, RESP: 2 })
          await client.connect()
          return { client, close: () => client.destroy() }
        },
      ],
      [
        'redis 4',
        async (url) => {
          const client = createClient4({ url })
          await client.connect()
          return { client, close: () => void client.disconnect() }
        },
      ],
      [
        'ioredis with text for numbers and a prefix of its own',
        async (url) => {
          const client = new Redis(url, { stringNumbers: true, keyPrefix: 'mine:' })
          return { client, close: () => client.disconnect() }
        },
      ],
    ]

    it.each(own)('%s', async (_name, connect) => {
      const { client, close } = await connect(redis.url)
      onTestFinished(close)
      const store = createRedisQuotaStore(client, { prefix: ownPrefix() })
      const allowed = []
      for (let call = 0; call < 4; call += 1) {
        allowed.push((await store.charge('a', hourly, 1)).allowed)
      }
      expect(allowed).toEqual([true, true, true, false])
    })
  })
})

describeWithRedis('server', 'a user of Redis who may do little', () => {
  const words = ['+evalsha', '+eval', '+time', '+get', '+set'] as const

  it.each([undefined, ...words])('may do just enough: without %s not', async (missing) => {
    const server = await startRedis()
    onTestFinished(() => server.remove())
    const granted = words.filter((word) => word !== missing)
    const user = ['on', '>secret', '~m2m:quota:*', '-@all', ...granted]
    await server.command('ACL', 'SETUSER', 'api', ...user)
    const own = { username: 'api', password: 'secret', enableReadyCheck: false }
    const client = new Redis(server.url, own)
    onTestFinished(() => client.disconnect())
    const charged = createRedisQuotaStore(client).charge('a', hourly, 1)
    if (missing === undefined) expect((await charged).allowed).toBe(true)
    else await expect(charged).rejects.toThrow(/NOPERM|can't run this command/)
  })
})

describeWithRedis('server', 'quotas in a Redis Cluster', () => {
  let cluster: RedisCluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster.remove())

  describe.each(clientKinds)('through $name', ({ connectCluster }) => {
    describeStore(() => connectCluster(cluster.ports))

    it('are on all nodes, each of which learns the script when it needs it', async () => {
      const { client, close } = await connectCluster(cluster.ports)
      onTestFinished(close)
      const store = createRedisQuotaStore(client, { prefix: 'spread:' })
      for (const node of cluster.nodes) await node.command('SCRIPT', 'FLUSH')
      for (let key = 0; key < 30; key += 1) {
        expect((await store.charge(`service\0\0billing\0op:${key}`, hourly, 1)).allowed).toBe(true)
      }
      for (const node of cluster.nodes) {
        expect(await node.command('KEYS', 'spread:*')).not.toEqual([])
      }
      for (const node of cluster.nodes) await node.command('FLUSHALL')
    })
  })
})

describe('a Redis that is none', () => {
  it.each([
    ['nothing', null],
    ['a text', '1'],
    ['an empty list', []],
    ['words', ['yes', 'no']],
    ['a flag alone', [1]],
    ['another flag', [2, '0.0']],
    ['no time', [1, null]],
    ['a time before now', [1, '-1']],
  ])('is a fault when it answers %s', async (_name, said) => {
    const answering: RedisClient = {
      isOpen: true,
      evalSha: async () => said,
      eval: async () => said,
    }
    const store = createRedisQuotaStore(answering)
    await expect(store.charge('a', hourly, 1)).rejects.toThrow('expected Redis to answer a charge')
  })
})
