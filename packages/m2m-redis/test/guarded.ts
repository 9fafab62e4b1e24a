import { type AuditSink, createM2M, type OnStoreError, type Verdict } from 'm2m-core'
import { createTestIssuer } from 'm2m-testkit'
import { createRedisQuotaStore, type RedisClient } from '../src/index.js'

/** An API's guard whose budgets are in Redis, and a service that calls it. */
export interface Guarded {
  /** One call, and one operation on top if it is named: 200, or the status of the refusal. */
  ask(operation?: string): Promise<number>
  readonly statuses: readonly number[]
  /** The events that were announced of the store, in order. */
  readonly events: readonly string[]
  /** Whether the last admitted call was counted. */
  isCounted(): boolean
}

/** What a guard is made with. */
export interface GuardedOptions {
  readonly onStoreError?: OnStoreError
  readonly limit: number
  readonly rateLimit?: unknown
  readonly prefix?: string
}

/** One issuer and service for all guards that are made with it. */
export const createGuarded = async () => {
  const issuer = await createTestIssuer()
  return async (client: RedisClient, options: GuardedOptions): Promise<Guarded> => {
    const { onStoreError = 'deny', limit, rateLimit, prefix = 'm2m:' } = options
    const events: string[] = []
    const sink: AuditSink = {
      write: () => undefined,
      notice: ({ event }) => void events.push(event),
    }
    const m2m = createM2M({
      ...issuer.asStaticOptions(),
      audit: { sinks: [sink] },
      quota: {
        store: createRedisQuotaStore(client, { prefix }),
        onStoreError,
        // What is slow here is the machine, where nothing is wrong.
        storeTimeout: 250,
        tiers: [{ name: 'all', rate: { limit, window: 3600 } }],
      },
    })
    const claims = rateLimit === undefined ? {} : { rate_limit: rateLimit }
    const token = await issuer.service({ allowedOps: ['reports:read', 'reports:list'], claims })
    const request = { headers: { authorization: `Bearer ${token}` } }
    const statuses: number[] = []
    let last: Verdict | undefined
    const note = (verdict: Verdict): number => {
      last = verdict
      return verdict.admitted ? 200 : verdict.reply.status
    }
    const ask = async (operation?: string): Promise<number> => {
      const verdict = await m2m.authenticate(request, { requiredScope: 's2s:internal' })
      if (!verdict.admitted || operation === undefined) return note(verdict)
      return note(await m2m.authorize(verdict.service, operation))
    }
    return {
      ask: async (operation) => {
        const status = await ask(operation)
        statuses.push(status)
        return status
      },
      statuses,
      events,
      isCounted: () => last?.admitted === true && last.quota?.service !== undefined,
    }
  }
}
