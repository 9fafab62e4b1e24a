import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { clientKinds } from './clients.js'
import { createGuarded, type Guarded } from './guarded.js'
import { describeWithRedis } from './needs-redis.js'
import { type RedisServer, startRedis } from './redis-server.js'

/** Something that happens to a Redis, and its end. */
interface Fault {
  readonly name: string
  readonly begin: (server: RedisServer) => unknown
  /** What ends by itself has none. */
  readonly end?: (server: RedisServer) => unknown
}

const faults: readonly Fault[] = [
  {
    name: 'that is killed and started again',
    begin: (server) => server.kill(),
    end: (server) => server.start(),
  },
  {
    name: 'that stops where it is and goes on',
    begin: (server) => server.freeze(),
    end: (server) => server.thaw(),
  },
  {
    name: 'whose memory is full',
    begin: async (server) => {
      await server.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
      await server.command('CONFIG', 'SET', 'maxmemory', '100kb')
    },
    end: (server) => server.command('CONFIG', 'SET', 'maxmemory', '0'),
  },
  {
    name: 'that becomes a replica',
    begin: (server) => server.command('REPLICAOF', '127.0.0.1', '1'),
    end: (server) => server.command('REPLICAOF', 'NO', 'ONE'),
  },
  {
    name: 'with something else under the key',
    begin: async (server) => {
      for (const key of await keysOf(server)) {
        await server.command('DEL', key)
        await server.command('RPUSH', key, 'x')
      }
    },
    end: async (server) => {
      for (const key of await keysOf(server)) await server.command('DEL', key)
    },
  },
  {
    name: 'that answers nobody for two seconds',
    begin: (server) => server.command('CLIENT', 'PAUSE', 2000),
  },
]

const keysOf = async (server: RedisServer) => (await server.command('KEYS', '*')) as string[]

/** Asks all in turn until something holds, and says whether it came to hold. */
const askUntil = async (guards: readonly Guarded[], holds: () => boolean): Promise<boolean> => {
  const giveUp = performance.now() + 12_000
  while (!holds() && performance.now() < giveUp) {
    await Promise.all(guards.map((guard) => guard.ask()))
    await wait(5)
  }
  return holds()
}

const limit = 1_000_000

describeWithRedis('server', 'an API', () => {
  let server: RedisServer
  let guarded: Awaited<ReturnType<typeof createGuarded>>
  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)
  beforeAll(async () => {
    process.on('unhandledRejection', note)
    server = await startRedis()
    guarded = await createGuarded()
  })
  afterAll(async () => {
    await server.remove()
    process.off('unhandledRejection', note)
  })

  describe.each(clientKinds)('with $name', ({ connect }) => {
    /** One for each answer to a store that fails, on one client. */
    const open = async (waits = true) => {
      const { client, close } = await connect(server.url, waits)
      onTestFinished(close)
      const local = await guarded(client, { onStoreError: 'local', limit })
      const deny = await guarded(client, { onStoreError: 'deny', limit })
      const allow = await guarded(client, { onStoreError: 'allow', limit })
      return { local, deny, allow, all: [local, deny, allow] }
    }
    const expectAnswered = ({ local, deny, allow }: Awaited<ReturnType<typeof open>>) => {
      expect(new Set(local.statuses)).toEqual(new Set([200]))
      expect(new Set(allow.statuses)).toEqual(new Set([200]))
      expect(new Set(deny.statuses)).toEqual(new Set([200, 503]))
    }

    it.each(faults)('outlives a Redis $name', async ({ begin, end }) => {
      onTestFinished(async () => {
        server.thaw()
        await end?.(server)
      })
      const opened = await open()
      const { local, deny, allow, all } = opened
      for (let call = 0; call < 3; call += 1) await Promise.all(all.map((guard) => guard.ask()))
      expect(all.map((guard) => guard.isCounted())).toEqual([true, true, true])

      await begin(server)
      const isKnown = () => all.every(({ events }) => events.length > 0)
      expect(await askUntil(all, isKnown)).toBe(true)
      const meanwhile = [await local.ask(), await deny.ask(), await allow.ask()]
      expect(meanwhile).toEqual([200, 503, 200])
      expect([local.isCounted(), allow.isCounted()]).toEqual([true, false])

      await end?.(server)
      const isHealed = () => all.every(({ events }) => events.length > 1)
      expect(await askUntil(all, isHealed)).toBe(true)
      const afterwards = [await local.ask(), await deny.ask(), await allow.ask()]
      expect(afterwards).toEqual([200, 200, 200])
      expect(all.map((guard) => guard.isCounted())).toEqual([true, true, true])
      await askUntil(all, () => all.every(({ statuses }) => statuses.length > 30))

      expectAnswered(opened)
      for (const { events } of all) {
        expect(events).toEqual(['quota_store_unavailable', 'quota_store_available'])
      }
      expect(unhandled).toEqual([])
    })

    it('does not notice that a Redis forgets its scripts', async () => {
      const { all } = await open()
      for (let call = 0; call < 5; call += 1) {
        await server.command('SCRIPT', 'FLUSH')
        await Promise.all(all.map((guard) => guard.ask()))
      }
      for (const { statuses, events } of all) {
        expect(statuses).toEqual([200, 200, 200, 200, 200])
        expect(events).toEqual([])
      }
    })

    it('begins without its Redis, and uses it once it is there', async () => {
      await server.kill()
      onTestFinished(() => server.start())
      const opened = await open(false)
      const { all } = opened
      expect(await askUntil(all, () => all.every(({ events }) => events.length > 0))).toBe(true)
      expect(opened.deny.statuses).not.toContain(200)
      await server.start()
      expect(await askUntil(all, () => all.every(({ events }) => events.length > 1))).toBe(true)
      await Promise.all(all.map((guard) => guard.ask()))
      expect(all.map((guard) => guard.isCounted())).toEqual([true, true, true])
      expectAnswered(opened)
      for (const { events } of all) {
        expect(events).toEqual(['quota_store_unavailable', 'quota_store_available'])
      }
      expect(unhandled).toEqual([])
    })
  })
})
