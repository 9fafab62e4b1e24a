import type { Script } from './script.js'

/** What is used of a client of `redis` (node-redis): a single one, a cluster, a sentinel or a pool. */
export interface NodeRedisClient {
  readonly isOpen: boolean
  readonly isReady?: boolean
  evalSha(sha: string, options: ScriptInput): Promise<unknown>
  eval(script: string, options: ScriptInput): Promise<unknown>
}

/** What a script works on, as node-redis takes it. */
export interface ScriptInput {
  keys: string[]
  arguments: string[]
}

/** What is used of a client of `ioredis` or `iovalkey`: a single one or a `Cluster`. */
export interface IoRedisClient {
  readonly status: string
  defineCommand: unknown
  evalsha(sha: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
  eval(script: string, keyCount: number, ...keysAndArguments: string[]): Promise<unknown>
}

/** The client that an API already has. */
export type RedisClient = NodeRedisClient | IoRedisClient

/** Runs scripts. */
export interface RedisScripts {
  /**
   * Sends the digest, and the text where Redis does not know it (yet, or since a restart, a failover
   * or `SCRIPT FLUSH`). All keys must be on one node.
   *
   * @throws whatever the client or Redis says, always as a rejection; an Error at once, and without
   * putting anything in the client's queue, while the client has no connection. Only an ioredis that
   * connects for the first time is given scripts before: with `lazyConnect` nothing else connects it.
   */
  run(script: Script, keys: readonly string[], args: readonly string[]): Promise<unknown>
}

/** How one kind of client is called. */
interface Calls {
  readonly isConnected: () => boolean
  readonly byDigest: (script: Script, keys: string[], args: string[]) => Promise<unknown>
  readonly byText: (script: Script, keys: string[], args: string[]) => Promise<unknown>
}

/**
 * Makes one thing of all clients. Never connects the client, closes it or listens to it.
 *
 * @throws TypeError with the code `M2M_CFG_OPTION_INVALID` for anything but such a client
 */
export const wrapRedis = (client: RedisClient): RedisScripts => {
  const { isConnected, byDigest, byText } = callsOf(client)
  return Object.freeze({
    run: async (script: Script, keys: readonly string[], args: readonly string[]) => {
      // What waits in a client's queue for Redis to come back would be charged then, long after it
      // was answered.
      if (!isConnected()) throw new Error('the Redis client has no connection')
      try {
        return await byDigest(script, [...keys], [...args])
      } catch (fault) {
        if (!isUnknownScript(fault)) throw fault
        return await byText(script, [...keys], [...args])
      }
    },
  })
}

const isUnknownScript = (fault: unknown): boolean =>
  String((fault as { message?: unknown } | null)?.message).startsWith('NOSCRIPT')

const callsOf = (client: RedisClient): Calls => {
  if (isNodeRedis(client)) return callsOfNodeRedis(client)
  if (isIoRedis(client)) return callsOfIoRedis(client)
  const message = `expected a client of redis (node-redis), ioredis or iovalkey, got ${whatItIs(client)}`
  throw Object.assign(new TypeError(message), { code: 'M2M_CFG_OPTION_INVALID' })
}

const callsOfNodeRedis = (client: NodeRedisClient): Calls => ({
  isConnected: () => client.isReady !== false,
  byDigest: ({ sha }, keys, args) => client.evalSha(sha, { keys, arguments: args }),
  byText: ({ text }, keys, args) => client.eval(text, { keys, arguments: args }),
})

/** Until it is connected for the first time, and with `lazyConnect`, commands are what it waits for. */
const onTheWay: readonly string[] = ['wait', 'connecting', 'connect']

const callsOfIoRedis = (client: IoRedisClient): Calls => {
  let wasReady = false
  return {
    isConnected: () => {
      const { status } = client
      if (status === 'ready') wasReady = true
      return status === 'ready' || (!wasReady && onTheWay.includes(status))
    },
    byDigest: ({ sha }, keys, args) => client.evalsha(sha, keys.length, ...keys, ...args),
    byText: ({ text }, keys, args) => client.eval(text, keys.length, ...keys, ...args),
  }
}

type Members = Readonly<Record<string, unknown>>

const has = (client: unknown, ...methods: readonly string[]): client is Members =>
  typeof client === 'object' &&
  client !== null &&
  methods.every((method) => typeof (client as Members)[method] === 'function')

/** Transactions have no `isOpen`; the legacy mode of `redis` 4 has `evalsha` besides. */
const isNodeRedis = (client: unknown): client is NodeRedisClient =>
  has(client, 'evalSha', 'eval') &&
  typeof client['isOpen'] === 'boolean' &&
  client['evalsha'] === undefined

/** Pipelines have no `status`; `redis` 3 and older have no `defineCommand`. */
const isIoRedis = (client: unknown): client is IoRedisClient =>
  has(client, 'evalsha', 'eval', 'defineCommand') && typeof client['status'] === 'string'

/** Not the value itself: the URL of a Redis has its password in it. */
const whatItIs = (client: unknown): string => {
  if (client === undefined || client === null) return 'nothing'
  if (typeof client === 'string' || client instanceof URL) {
    return 'an address; make a client of it, such as createClient({ url })'
  }
  if (typeof client === 'function') return 'a function or class; make a client of it'
  if (typeof client !== 'object') return `a ${typeof client}`
  if (has(client, 'then')) return 'a promise; await it first'
  if (has(client, 'evalSha', 'evalsha')) return 'a client in legacyMode; leave legacyMode away'
  if (has(client, 'exec') && has(client, 'evalSha')) return 'a transaction; give the client itself'
  if (has(client, 'exec', 'defineCommand')) return 'a pipeline; give the client itself'
  if (has(client, 'evalSha')) return 'what legacy() gives; give the client itself'
  if (has(client, 'evalsha')) return 'a client of redis 3 or older; 4 is the oldest that is known'
  return 'an object that has neither evalSha() nor evalsha()'
}
