import type { QuotaStore } from 'm2m-core'
import { expect, onTestFinished } from 'vitest'
import {
  isRedisRequired,
  openRedis,
  ownPrefix,
  whyNot,
} from '../../packages/m2m-redis/test/needs-redis.js'
import { ask } from './ask.js'
import type { SnippetTest } from './prepare-snippet.js'

const reason = isRedisRequired ? undefined : whyNot('any')
const address = "'redis://127.0.0.1:6379'"

/** A Redis for one snippet; its client ends with it. */
const open = async () => {
  const redis = await openRedis()
  onTestFinished(() => redis.remove())
  return redis
}

/** The snippets of the README of `m2m-redis`. */
export const redisReadme: readonly SnippetTest[] = [
  {
    shows: 'an API whose quotas are in Redis',
    skipped: reason,
    check: async ({ start, issuer }) => {
      const redis = await open()
      const prefix = ownPrefix()
      const url = await start({
        [`createClient({ url: ${address} })`]: `createClient({ url: '${redis.url}', socket: { reconnectStrategy: false } })`,
        'createRedisQuotaStore(redis)': `createRedisQuotaStore(redis, { prefix: '${prefix}' })`,
        'console.error(`redis: ${fault.message}`)': 'String(fault)',
        "'100/min'": "'3/h'",
      })
      const transfers = `${url}/internal/transfers`
      const token = await issuer.service({ id: 'billing' })
      const answers = []
      for (let call = 0; call < 5; call += 1) answers.push(await ask(transfers, token))
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429])
      expect(answers[0]?.body).toEqual({ by: 'billing' })
      expect(await redis.command('KEYS', `${prefix}*`)).toHaveLength(1)
    },
  },
  {
    shows: 'a store on ioredis with a prefix of its own',
    skipped: reason,
    check: async ({ load }) => {
      const redis = await open()
      const prefix = ownPrefix()
      const { store } = (await load({
        [`new Redis(${address})`]: `new Redis('${redis.url}', { retryStrategy: () => null })`,
        "'payments:'": `'${prefix}'`,
      })) as { store: QuotaStore }
      const once = { limit: 1, window: 60, burst: 1 }
      expect(await store.charge('a', once, 1)).toMatchObject({ allowed: true })
      expect(await store.charge('a', once, 1)).toMatchObject({ allowed: false })
      expect(await redis.command('KEYS', `${prefix}*`)).toHaveLength(1)
    },
  },
]
