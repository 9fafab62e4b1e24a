import { type Clock, createM2M, type QuotaStore } from 'm2m-core'
import { admitted, internalApi, op } from './internal-api.js'
import type { Scenario } from './scenario.js'

/** Stands still: what is left is the same number in every framework. */
const clock: Clock = { now: () => Date.now(), monotonic: () => 1_000_000 }
const tiers = [
  { name: 'partner', rate: '2/min' },
  { name: 'internal', rate: '100/min' },
] as const
const problem = { 'content-type': 'application/problem+json' }
const usedUp = 'quota refused quota_used_up'

/** How often services may call. */
export const quotas: readonly Scenario[] = [
  {
    id: 'quota-used-up',
    requirement: 'quota',
    plan: ({ options, counting }) =>
      internalApi(options({ clock, quota: { tiers } }), [
        {
          path: '/transfers',
          steps: [{ op }],
          handler: counting((seen) => ({
            by: seen.service().id,
            left: seen.quota()?.service?.remaining,
          })),
        },
      ]),
    async play({ token }, { ask }) {
      const partner = await token({ tier: 'partner', claims: { rate_limit: 50 } })
      const policy = { 'ratelimit-policy': '"service";q=2;w=60' }
      for (const left of ['r=1;t=30', 'r=0;t=30']) {
        await ask(
          { token: partner },
          {
            status: 200,
            by: 'billing',
            records: admitted,
            headers: { ...policy, ratelimit: `"service";${left}`, 'retry-after': null },
          },
        )
      }
      await ask(
        { token: partner },
        {
          status: 429,
          code: 'quota_exceeded',
          records: [usedUp],
          headers: {
            ...policy,
            ...problem,
            ratelimit: '"service";r=0;t=30',
            'retry-after': '30',
            'www-authenticate': null,
          },
        },
      )
      await ask(
        { token: await token({ id: 'reports', tier: 'internal' }) },
        {
          status: 200,
          by: 'reports',
          records: admitted,
          headers: { ratelimit: '"service";r=99;t=1' },
        },
      )
    },
  },
  {
    id: 'quota-of-an-operation',
    requirement: 'quota',
    plan: ({ options, answer }) =>
      internalApi(options({ clock, quota: { tiers } }), [
        { path: '/transfers', steps: [{ op, cost: 2 }], handler: answer },
        { path: '/status', handler: answer },
      ]),
    async play({ token }, { ask }) {
      const own = await token({ tier: 'internal', claims: { rate_limit: { [op]: '3/min' } } })
      const policy = '"service";q=100;w=60, "transfers:create";q=3;w=60'
      await ask(
        { token: own },
        {
          status: 200,
          by: 'billing',
          records: admitted,
          headers: {
            ratelimit: '"service";r=98;t=2, "transfers:create";r=1;t=40',
            'ratelimit-policy': policy,
          },
        },
      )
      await ask(
        { token: own },
        {
          status: 429,
          code: 'quota_exceeded',
          records: ['scope admitted', usedUp],
          headers: { ratelimit: '"transfers:create";r=1;t=20', 'retry-after': '20' },
        },
      )
      await ask(
        { token: own, path: '/internal/status' },
        {
          status: 200,
          by: 'billing',
          records: ['scope admitted'],
          headers: { ratelimit: '"service";r=96;t=3' },
        },
      )
    },
  },
  {
    id: 'quota-of-the-same-guard-twice',
    requirement: 'quota-once',
    plan: ({ options, answer }) => {
      const { requiredScope, ...rest } = options({ clock, quota: { tiers } })
      const m2m = createM2M(rest as never)
      return {
        prefix: '/internal',
        before: [{ auth: { m2m, requiredScope } }],
        inside: [
          {
            prefix: '/ledger',
            before: [{ auth: { m2m, requiredScope: 's2s:internal' } }],
            routes: [{ path: '/transfers', steps: [{ op }, { op }], handler: answer }],
          },
        ],
      }
    },
    async play({ token }, { ask }) {
      const path = '/internal/ledger/transfers'
      const partner = await token({ tier: 'partner' })
      const records = ['scope admitted', 'scope admitted', 'decision admitted', 'decision admitted']
      for (const ratelimit of ['"service";r=1;t=30', '"service";r=0;t=30']) {
        const headers = { ratelimit }
        await ask({ path, token: partner }, { status: 200, by: 'billing', records, headers })
      }
      await ask(
        { path, token: partner },
        { status: 429, code: 'quota_exceeded', records: [usedUp] },
      )
    },
  },
  {
    id: 'quota-store-away',
    requirement: 'quota-store',
    plan: ({ options, answer }) => {
      const store: QuotaStore = { charge: () => Promise.reject(new Error('ECONNREFUSED')) }
      return internalApi(options({ clock, quota: { tiers, store, onStoreError: 'deny' } }), [
        { path: '/transfers', steps: [{ op }], handler: answer },
      ])
    },
    async play({ token }, { ask }) {
      for (let count = 0; count < 7; count += 1) {
        await ask(
          { token: await token({ tier: 'partner' }) },
          {
            status: 503,
            code: 'authorization_unavailable',
            records: ['quota unavailable quota_store_unavailable'],
            headers: { ...problem, 'retry-after': '1', ratelimit: null },
          },
        )
      }
    },
  },
  {
    id: 'quota-thrown',
    requirement: 'thrown-refusals',
    plan: ({ options, answer }) =>
      internalApi(options({ clock, quota: { tiers }, refusals: 'throw' }), [
        { path: '/transfers', steps: [{ op }], handler: answer },
      ]),
    async play({ token }, { ask }) {
      const partner = await token({ tier: 'partner' })
      for (let count = 0; count < 2; count += 1) {
        await ask({ token: partner }, { status: 200, by: 'billing', records: admitted })
      }
      await ask(
        { token: partner },
        { status: 429, records: [usedUp], headers: { 'retry-after': '30' } },
      )
    },
  },
]
