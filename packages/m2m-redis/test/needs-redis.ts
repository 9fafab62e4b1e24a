import { randomUUID } from 'node:crypto'
import { describe, it } from 'vitest'
import { commandAt, hasRedisServer, type RedisPlace, startRedis } from './redis-server.js'

const redisUrl = process.env['REDIS_URL']

const missing = 'no redis-server on the path'
const whyNoServer = hasRedisServer ? undefined : missing
const whyNoRedis = hasRedisServer || redisUrl ? undefined : `${missing}, and no REDIS_URL`

/** Why there can be no test that starts a Redis, or that uses any; undefined where there can. */
export const whyNot = (what: 'server' | 'any'): string | undefined =>
  what === 'server' ? whyNoServer : whyNoRedis

const run = `m2m-test-${randomUUID()}:`

/** For keys of nobody else's; what has it goes with the Redis of `openRedis`. */
export const ownPrefix = (): string => `${run}${randomUUID()}:`

/** One of the test's own where that can be, else that of `REDIS_URL`: use an `ownPrefix`. */
export const openRedis = async (): Promise<RedisPlace> => {
  if (hasRedisServer || redisUrl === undefined) return startRedis()
  const command: RedisPlace['command'] = (...words) => commandAt(redisUrl, words)
  const remove = async () => {
    const [first, ...rest] = (await command('KEYS', `*${run}*`)) as string[]
    if (first !== undefined) await command('DEL', first, ...rest)
  }
  return { url: redisUrl, command, remove }
}

/** Whether a test that needs a Redis fails without one, as it should where one was installed. */
export const isRedisRequired = process.env['M2M_REQUIRE_REDIS'] === '1'

/**
 * A suite that needs a Redis: `server` one of its own, to stop and to freeze, `any` also that of
 * `REDIS_URL`. Without, it is skipped and says so; with `M2M_REQUIRE_REDIS=1` it fails.
 */
export const describeWithRedis = (
  what: 'server' | 'any',
  name: string,
  suite: () => void,
): void => {
  const reason = whyNot(what)
  if (reason === undefined) {
    describe(name, suite)
  } else if (isRedisRequired) {
    it(`${name}: has the Redis it needs`, () => {
      throw new Error(`M2M_REQUIRE_REDIS is 1 and there is ${reason}`)
    })
  } else {
    console.warn(`skipped: ${name}: ${reason}`)
    describe.skip(name, suite)
  }
}
