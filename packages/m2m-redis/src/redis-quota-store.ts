import { createHash } from 'node:crypto'
import type { QuotaAnswer, QuotaRate, QuotaStore } from 'm2m-core'
import { chargeScript } from './charge-script.js'
import { type RedisClient, wrapRedis } from './redis-client.js'

/** How a store names its keys. */
export interface RedisStoreOptions {
  /** What all keys begin with: a Redis that several APIs share needs one for each. @defaultValue `m2m:` */
  readonly prefix?: string
}

/**
 * Keeps budgets in Redis or Valkey, for all processes that share it: one script, one round trip, one
 * key for each budget, which is gone once nothing of it is used. The clock is Redis's own. Rejects
 * while Redis does not do what it is asked: `quota.onStoreError` says what follows. Never connects
 * the client, closes it or listens to it.
 *
 * @throws TypeError with the code `M2M_CFG_OPTION_INVALID` for what is no client, and for options
 * that are none
 */
export const createRedisQuotaStore = (
  client: RedisClient,
  options: RedisStoreOptions = {},
): QuotaStore => {
  const redis = wrapRedis(client)
  const prefix = prefixIn(options)
  return Object.freeze({
    charge: async (key: string, rate: QuotaRate, cost: number): Promise<QuotaAnswer> => {
      const due = dueOf(rate, cost)
      const args = [String(due.taken), String(due.most)]
      const said = await redis.run(chargeScript, [`${prefix}quota:{${digestOf(key)}}`], args)
      return answerOf(said, due, rate, cost)
    },
  } satisfies QuotaStore)
}

const prefixIn = (options: RedisStoreOptions): string => {
  const unknown = Object.keys(Object(options)).find((name) => name !== 'prefix')
  const prefix: unknown = options?.prefix ?? 'm2m:'
  if (typeof options === 'object' && unknown === undefined && typeof prefix === 'string') {
    return prefix
  }
  const message = 'expected options such as { prefix: "m2m:" }'
  throw Object.assign(new TypeError(message), { code: 'M2M_CFG_OPTION_INVALID' })
}

/** Ids are not for whoever lists the keys. UTF-8 would make one of all halves of surrogate pairs. */
const digestOf = (key: string): string =>
  createHash('sha256').update(key, 'utf16le').digest('base64url')

/** A charge in microseconds. */
interface Due {
  /** Of one call. */
  readonly interval: number
  readonly taken: number
  /** The most that may be taken ahead of now, without and with what sums of fractions need. */
  readonly capacity: number
  readonly most: number
}

/** A million calls a second: a clock of microseconds tells no more apart. */
const shortestInterval = 1
/** A thousandth of a call is nobody's gain. */
const grace = 0.001
/** 285 million years: beyond, seconds are no whole numbers, and Redis can date no key. */
const farthest = 9e21

const dueOf = ({ limit, window, burst }: QuotaRate, cost: number): Due => {
  const interval = Math.min(Math.max((window * 1e6) / limit, shortestInterval), farthest)
  const capacity = Math.min(burst * interval, farthest)
  // Nothing is enough for a limit of 0.
  const most = limit === 0 ? -1 : capacity + grace * interval
  return { interval, taken: cost * interval, capacity, most }
}

const answerOf = (
  said: unknown,
  { interval, taken, capacity }: Due,
  { limit, burst }: QuotaRate,
  cost: number,
): QuotaAnswer => {
  // As text or number, bytes or string: clients can be told to read replies in their own way.
  const [flag, ahead] = (Array.isArray(said) ? said : []).map((value) => Number(String(value)))
  if (!(flag === 0 || flag === 1) || ahead === undefined || !(ahead >= 0)) {
    throw new Error('expected Redis to answer a charge, got something else')
  }
  const allowed = flag === 1
  const never = cost > burst || limit === 0
  return {
    allowed,
    remaining: limit === 0 ? 0 : remainingOf((capacity - ahead) / interval),
    resetAfter: ahead / 1e6,
    retryAfter: allowed ? 0 : never ? Infinity : (ahead + taken - capacity) / 1e6,
  }
}

const remainingOf = (calls: number): number => Math.max(0, Math.floor(calls + grace))
