import { setTimeout as sleep } from 'node:timers/promises'
import { createM2M, type QuotaStore, type Verdict } from 'm2m-core'
import { createRedisQuotaStore } from 'm2m-redis'
import { createTestIssuer } from 'm2m-testkit'
import { quantile } from '../figures/quantile.js'
import { sendOpenLoop } from './open-loop.js'
import { type ClientName, connectRedis } from './redis-clients.js'
import type { RedisServer } from './redis-server.js'

/** What is done to Redis while requests come in. */
export interface StoreFault {
  readonly name: string
  readonly client: ClientName
  /** How long it lasts. */
  readonly milliseconds: number
  /** Whether charges have to be made without it meanwhile. */
  readonly isOutage: boolean
  begin(server: RedisServer): Promise<void> | void
  /** Settles when Redis could answer again. */
  end?(server: RedisServer): Promise<void> | void
}

/** One request. Times are milliseconds of one clock. */
export interface Sent {
  readonly arrivedAt: number
  readonly answeredAt: number
  /** Whether it had to wait for the store at all. */
  readonly waited: boolean
  readonly isAdmitted: boolean
}

/** What was seen while Redis failed, and before and after that. */
export interface FaultFigure {
  readonly fault: StoreFault
  readonly sent: readonly Sent[]
  readonly beganAt: number
  readonly returnedAt: number
  /** When the store was given up meanwhile, if it was. */
  readonly openedAt: number | undefined
  /** When a charge was answered that was made after the return. */
  readonly healedAt: number | undefined
  /** What the store's time-out amounts to on this machine, p99: it has other things to do. */
  readonly timer: number
}

/** Milliseconds that the store may take: what M2M waits unless it is told otherwise. */
export const storeTimeout = 50
const perSecond = 400
/** More than is sent, so that no refusal is right. */
const rate = { limit: 1_000_000, window: 1, burst: 1_000_000 }

/** Sends requests at an even rate, and meanwhile breaks Redis and mends it. */
export const breakStore = async (
  server: RedisServer,
  fault: StoreFault,
  { before, after }: { readonly before: number; readonly after: number },
): Promise<FaultFigure> => {
  const { client, close } = await connectRedis[fault.client](server.url)
  const issuer = await createTestIssuer()
  const { store, answers } = watch(createRedisQuotaStore(client))
  const openings: number[] = []
  const m2m = createM2M({
    ...issuer.asStaticOptions(),
    quota: { store, storeTimeout, onStoreError: 'local', tiers: [{ name: 'all', rate }] },
    audit: {
      sinks: [
        {
          admitted: false,
          write: () => undefined,
          notice: ({ event }) => {
            if (event === 'quota_store_unavailable') openings.push(performance.now())
          },
        },
      ],
    },
  })
  const request = { headers: { authorization: `Bearer ${await issuer.service()}` } }
  await m2m.authenticate(request)

  const sent: Sent[] = []
  const pending: Promise<void>[] = []
  const settle = (arrivedAt: number, waited: boolean, verdict: Verdict | undefined): void => {
    const isAdmitted = verdict?.admitted === true
    sent.push({ arrivedAt, answeredAt: performance.now(), waited, isAdmitted })
  }
  const total = before + fault.milliseconds + after
  const load = sendOpenLoop((perSecond * total) / 1000, total, (_index, arrivedAt) => {
    const verdict = m2m.authenticate(request)
    if (!(verdict instanceof Promise)) return settle(arrivedAt, false, verdict)
    const late = verdict.catch(() => undefined)
    pending.push(late.then((one) => settle(arrivedAt, true, one)))
  })
  const timers = watchTimers()
  await sleep(before)
  const beganAt = performance.now()
  await fault.begin(server)
  await sleep(fault.milliseconds)
  await fault.end?.(server)
  const returnedAt = performance.now()
  await load
  await Promise.all(pending)
  const timer = timers.stop()
  await m2m.close()
  close()
  // Not what else the machine was busy with, before and later on.
  const openedAt = openings.find((at) => at >= beganAt && at < returnedAt)
  const healedAt = answers.find(({ askedAt }) => askedAt >= returnedAt)?.at
  return { fault, sent, beganAt, returnedAt, openedAt, healedAt, timer }
}

/** Notes what the store answers: verdicts do not tell who counted. */
const watch = (store: QuotaStore) => {
  const answers: { readonly askedAt: number; readonly at: number }[] = []
  const watched: QuotaStore = {
    charge: async (...charge) => {
      const askedAt = performance.now()
      const answer = await store.charge(...charge)
      answers.push({ askedAt, at: performance.now() })
      return answer
    },
  }
  return { store: watched, answers }
}

const watchTimers = () => {
  const taken: number[] = []
  const interval = setInterval(() => {
    const setAt = performance.now()
    setTimeout(() => taken.push(performance.now() - setAt), storeTimeout)
  }, 20)
  return {
    stop: (): number => {
      clearInterval(interval)
      return quantile(taken, 0.99)
    },
  }
}
