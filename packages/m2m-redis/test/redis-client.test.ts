import { EventEmitter, once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { Cluster, Redis } from 'ioredis'
import { Redis as Valkey, Cluster as ValkeyCluster } from 'iovalkey'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'
// @ts-expect-error: it has no types
import { createClient as createClient3 } from 'redis3'
import { createClient as createClient4, createCluster as createCluster4 } from 'redis4'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createRedisQuotaStore, type RedisClient } from '../src/index.js'
import { wrapRedis } from '../src/redis-client.js'
import { scriptOf } from '../src/script.js'
import { clientKinds } from './clients.js'
import { describeWithRedis } from './needs-redis.js'
import { type RedisServer, startRedis } from './redis-server.js'

const lazy = { lazyConnect: true } as const
const nodes = [{ host: '127.0.0.1', port: 1 }]
const rootNodes = [{ url: 'redis://127.0.0.1:1' }]

describe('a client that is taken', () => {
  const taken: readonly (readonly [string, () => RedisClient])[] = [
    ['redis', () => createClient()],
    ['redis, a cluster', () => createCluster({ rootNodes })],
    ['redis, a pool', () => createClientPool()],
    ['redis, a sentinel', () => createSentinel({ name: 'main', sentinelRootNodes: nodes })],
    ['redis 4', () => createClient4()],
    ['redis 4, a cluster', () => createCluster4({ rootNodes })],
    ['ioredis', () => new Redis(lazy)],
    ['ioredis, a cluster', () => new Cluster(nodes, lazy)],
    ['iovalkey', () => new Valkey(lazy)],
    ['iovalkey, a cluster', () => new ValkeyCluster(nodes, lazy)],
  ]

  it.each(taken)('may be one of %s, and is neither connected nor listened to', (_name, make) => {
    const client = make()
    const look = () => ({
      listeners: listenersOf(client),
      isOpen: 'isOpen' in client ? client.isOpen : false,
      status: 'status' in client ? client.status : 'wait',
    })
    const before = look()
    wrapRedis(client)
    expect(look()).toEqual(before)
    expect(before).toMatchObject({ isOpen: false, status: 'wait' })
  })
})

const listenersOf = (client: object): readonly unknown[] =>
  client instanceof EventEmitter
    ? client.eventNames().map((name) => [name, client.listenerCount(name)])
    : []

describe('what is no client', () => {
  const redis3 = () => {
    const client = createClient3({ host: '127.0.0.1', port: 1, retry_strategy: () => undefined })
    client.on('error', () => undefined)
    return client
  }
  const refused: readonly (readonly [string, () => unknown, string])[] = [
    ['nothing', () => undefined, 'got nothing'],
    ['null', () => null, 'got nothing'],
    ['a URL in a text', () => 'redis://:secret@127.0.0.1', 'got an address'],
    ['a URL', () => new URL('redis://:secret@127.0.0.1'), 'got an address'],
    ['a port', () => 6379, 'got a number'],
    ['a client that is awaited too late', () => Promise.resolve(), 'await it first'],
    ['a class', () => Redis, 'got a function or class'],
    ['options', () => ({ url: 'redis://127.0.0.1' }), 'neither evalSha() nor evalsha()'],
    ['legacy() of redis 6', () => createClient().legacy(), 'what legacy() gives'],
    ['redis 4 in legacy mode', () => createClient4({ legacyMode: true }), 'legacyMode'],
    ['redis 3', redis3, 'a client of redis 3 or older'],
    ['a transaction of redis', () => createClient().multi(), 'got a transaction'],
    ['a transaction of redis 4', () => createClient4().multi(), 'got a transaction'],
    ['a pipeline of ioredis', () => new Redis(lazy).pipeline(), 'got a pipeline'],
    ['a pipeline of iovalkey', () => new Valkey(lazy).pipeline(), 'got a pipeline'],
  ]

  it.each(refused)('is refused at once, and told what it is: %s', (_name, make, message) => {
    let fault: unknown
    try {
      createRedisQuotaStore(make() as RedisClient)
    } catch (thrown) {
      fault = thrown
    }
    expect(fault).toBeInstanceOf(TypeError)
    expect(fault).toHaveProperty('code', 'M2M_CFG_OPTION_INVALID')
    expect(String(fault)).toContain('expected a client of redis (node-redis), ioredis or iovalkey')
    expect(String(fault)).toContain(message)
    expect(String(fault)).not.toContain('secret')
  })

  it.each(['m2m:', { perfix: 'a:' }, { prefix: 7 }, 3])(
    'nor are options that are none: %j',
    (options) => {
      const client = new Redis(lazy)
      expect(() => createRedisQuotaStore(client, options as object)).toThrow(
        'expected options such as { prefix: "m2m:" }',
      )
    },
  )
})

describeWithRedis('server', 'a script', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
  })
  afterAll(() => server.remove())
  const script = scriptOf(`return { KEYS[1], KEYS[2], ARGV[1] }`)

  describe.each(clientKinds)('on $name', ({ connect }) => {
    const open = async () => {
      const { client, close } = await connect(server.url)
      onTestFinished(close)
      return wrapRedis(client)
    }
    const callsOf = async (command: string): Promise<number> => {
      const info = String(await server.command('INFO', 'commandstats'))
      return Number(info.match(`cmdstat_${command}:calls=(\\d+)`)?.[1] ?? 0)
    }

    it('is sent as text where Redis does not know it, and by its digest otherwise', async () => {
      const redis = await open()
      await server.command('SCRIPT', 'FLUSH')
      await server.command('CONFIG', 'RESETSTAT')
      for (let time = 0; time < 3; time += 1) {
        expect(await redis.run(script, ['a', 'b'], ['c'])).toEqual(['a', 'b', 'c'])
      }
      expect([await callsOf('evalsha'), await callsOf('eval')]).toEqual([3, 1])
      await server.command('SCRIPT', 'FLUSH')
      expect(await redis.run(script, ['a', 'b'], ['c'])).toEqual(['a', 'b', 'c'])
      expect([await callsOf('evalsha'), await callsOf('eval')]).toEqual([4, 2])
    })

    it('that fails is not sent again', async () => {
      const redis = await open()
      await server.command('CONFIG', 'RESETSTAT')
      const wrong = scriptOf(`return redis.error_reply('ERR NOSCRIPT is what I say')`)
      await redis.run(wrong, ['a'], []).catch(() => undefined)
      await server.command('CONFIG', 'RESETSTAT')
      await expect(redis.run(wrong, ['a'], [])).rejects.toThrow('NOSCRIPT is what I say')
      expect([await callsOf('evalsha'), await callsOf('eval')]).toEqual([1, 0])
    })

    it('is refused while the client has no connection, and is not run later', async () => {
      const { client, close } = await connect(server.url)
      onTestFinished(close)
      const redis = wrapRedis(client)
      const run = () => redis.run(script, ['a', 'b'], ['c'])
      await run()
      const isReady = () => ('status' in client ? client.status === 'ready' : client.isReady)
      await server.kill()
      onTestFinished(() => server.start())
      while (isReady()) await wait(5)
      for (let time = 0; time < 100; time += 1) await expect(run()).rejects.toThrow('no connection')
      await server.start()
      while (!isReady()) await wait(5)
      await run()
      expect([await callsOf('evalsha'), await callsOf('eval')]).toEqual([1, 1])
    })

    it('is refused while something is there again that says nothing', async () => {
      const { client, close } = await connect(server.url)
      const redis = wrapRedis(client)
      await redis.run(script, ['a', 'b'], ['c'])
      await server.kill()
      const silent = createServer()
      onTestFinished(async () => {
        close()
        silent.close()
        await server.start()
      })
      const [socket] = (await once(silent.listen(server.port, '127.0.0.1'), 'connection')) as [
        Socket,
      ]
      onTestFinished(() => void socket.destroy())
      await wait(20)
      if ('status' in client) expect(client.status).toBe('connect')
      await expect(redis.run(script, ['a', 'b'], ['c'])).rejects.toThrow('no connection')
    })

    it('is refused once the client is closed', async () => {
      const { client, close } = await connect(server.url)
      const redis = wrapRedis(client)
      await redis.run(script, ['a', 'b'], ['c'])
      close()
      await expect(redis.run(script, ['a', 'b'], ['c'])).rejects.toThrow(/connection/i)
    })
  })

  it('connects an ioredis that connects lazily, with the first script', async () => {
    const client = new Redis(server.url, lazy)
    onTestFinished(() => client.disconnect())
    const redis = wrapRedis(client)
    const both = [redis.run(script, ['a', 'b'], ['c']), redis.run(script, ['a', 'b'], ['d'])]
    expect(await Promise.all(both)).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'd'],
    ])
  })
})
