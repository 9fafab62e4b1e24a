// One of several processes that share a budget: see shared-limit.ts.
import { once } from 'node:events'
import { createM2M, type M2MOptions, type QuotaRate } from 'm2m-core'
import { createRedisQuotaStore } from 'm2m-redis'
import { sendOpenLoop } from './open-loop.js'
import { connectRedis } from './redis-clients.js'

/** What a process has to do. */
export interface Shift {
  readonly options: M2MOptions
  readonly token: string
  /** Of another service: what is done once only must not delay the first call. */
  readonly warmUpToken: string
  readonly url: string
  readonly prefix: string
  readonly rate: QuotaRate
  readonly perSecond: number
  readonly milliseconds: number
}

/** What came of it. */
export interface ShiftReport {
  readonly sent: number
  /** When each admitted call was answered, in milliseconds since the epoch. */
  readonly admittedAt: readonly number[]
  readonly refused: number
  /** Neither admitted nor refused for its budget. */
  readonly others: number
  /** Milliseconds. */
  readonly slowest: number
}

const now = (): number => performance.timeOrigin + performance.now()

const work = async (shift: Shift): Promise<ShiftReport> => {
  const { options, token, warmUpToken, url, prefix, rate, perSecond, milliseconds } = shift
  const connection = await connectRedis['node-redis'](url)
  const store = createRedisQuotaStore(connection.client, { prefix })
  const m2m = createM2M({
    ...options,
    // Nothing is counted anywhere else, however slow the machine is just now.
    quota: { store, tiers: [{ name: 'all', rate }], onStoreError: 'deny', storeTimeout: 5000 },
    audit: { sinks: [] },
  })
  const requestOf = (bearer: string) => ({ headers: { authorization: `Bearer ${bearer}` } })
  await m2m.authenticate(requestOf(warmUpToken))
  const request = requestOf(token)
  const admittedAt: number[] = []
  let [refused, others, slowest] = [0, 0, 0]
  const present = async (): Promise<void> => {
    const sentAt = now()
    const verdict = await m2m.authenticate(request)
    if (verdict.admitted) admittedAt.push(now())
    else if (verdict.code === 'quota_exceeded') refused += 1
    else others += 1
    slowest = Math.max(slowest, now() - sentAt)
  }
  const begin = once(process, 'message')
  process.send?.('ready')
  await begin
  const sent = Math.round((perSecond * milliseconds) / 1000)
  const pending: Promise<void>[] = []
  await sendOpenLoop(sent, milliseconds, () => void pending.push(present()))
  await Promise.all(pending)
  await m2m.close()
  connection.close()
  return { sent, admittedAt, refused, others, slowest }
}

const [shift] = await once(process, 'message')
process.send?.(await work(shift))
process.disconnect()
