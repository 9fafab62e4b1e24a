import { createM2M } from 'm2m-core'
import { admitted, op } from './internal-api.js'
import type { Scenario } from './scenario.js'

/** Guards in guards: all must admit, and the innermost principal counts. */
export const severalGuards: readonly Scenario[] = [
  {
    id: 'the-same-guard-twice',
    requirement: 'same-m2m-again',
    plan: ({ options, answer }) => {
      const { requiredScope, ...rest } = options()
      const m2m = createM2M(rest as never)
      return {
        prefix: '/internal',
        before: [{ auth: { m2m, requiredScope } }],
        inside: [
          {
            prefix: '/ledger',
            before: [{ auth: { m2m, requiredScope: 'ledger' } }],
            routes: [{ path: '/transfers', steps: [{ op }], handler: answer }],
          },
        ],
      }
    },
    async play({ token }, { ask }) {
      const path = '/internal/ledger/transfers'
      await ask(
        { path, token: await token({ scope: 's2s:internal ledger' }) },
        { status: 200, by: 'billing', records: ['scope admitted', ...admitted] },
      )
      await ask(
        { path, token: await token() },
        {
          status: 403,
          code: 'insufficient_scope',
          records: ['scope admitted', 'scope refused scope_missing'],
        },
      )
      await ask(
        { path, token: await token({ scope: 'ledger' }) },
        { status: 403, code: 'insufficient_scope', records: ['scope refused scope_missing'] },
      )
    },
  },
  {
    id: 'two-issuers-one-header',
    requirement: 'another-m2m-again',
    plan: ({ options, other, answer }) => ({
      prefix: '/internal',
      before: [{ auth: options() }],
      inside: [
        {
          prefix: '/partner',
          before: [{ auth: options({}, other) }],
          routes: [{ path: '/transfers', steps: [{ op }], handler: answer }],
        },
      ],
    }),
    async play({ token, other }, { ask }) {
      const path = '/internal/partner/transfers'
      await ask(
        { path, token: await token() },
        {
          status: 401,
          code: 'invalid_token',
          records: ['scope admitted', 'token refused issuer_unknown'],
        },
      )
      await ask(
        { path, token: await token({}, other) },
        { status: 401, code: 'invalid_token', records: ['token refused issuer_unknown'] },
      )
    },
  },
  {
    id: 'two-issuers-two-headers',
    requirement: 'another-m2m-again',
    plan: ({ options, other, answer }) => ({
      prefix: '/internal',
      before: [{ auth: options() }],
      inside: [
        {
          prefix: '/partner',
          before: [{ auth: options({ header: 'x-partner-authorization' }, other) }],
          routes: [{ path: '/transfers', steps: [{ op }], handler: answer }],
        },
      ],
    }),
    async play({ token, other }, { ask }) {
      const path = '/internal/partner/transfers'
      const partner = async (allowedOps: readonly string[]) =>
        [
          'X-Partner-Authorization',
          `Bearer ${await token({ id: 'partner', allowedOps }, other)}`,
        ] as const
      await ask(
        { path, token: await token({ allowedOps: [] }), headers: [await partner([op])] },
        { status: 200, by: 'partner', records: ['scope admitted', ...admitted] },
      )
      await ask(
        { path, token: await token(), headers: [await partner(['transfers:read'])] },
        {
          status: 403,
          code: 'operation_denied',
          records: ['scope admitted', 'scope admitted', 'decision refused layer_forbids'],
        },
      )
      await ask(
        { path, token: await token() },
        {
          status: 401,
          code: 'credentials_missing',
          records: ['scope admitted', 'credential refused no_bearer_credential'],
        },
      )
    },
  },
  {
    id: 'nested-apps',
    requirement: 'no-route-unguarded',
    plan: ({ options, answer, counting }) => ({
      prefix: '',
      routes: [{ path: '/open', handler: counting(() => ({ by: null })) }],
      inside: [
        {
          prefix: '/internal',
          before: [{ auth: options() }],
          inside: [
            {
              prefix: '/v1',
              inside: [
                {
                  prefix: '/money',
                  routes: [{ path: '/transfers', steps: [{ op }], handler: answer }],
                },
              ],
            },
          ],
        },
        { prefix: '/api', routes: [{ path: '/users', handler: counting(() => ({ by: null })) }] },
      ],
    }),
    async play({ token }, { ask }) {
      const path = '/internal/v1/money/transfers'
      await ask({ path, token: await token() }, { status: 200, by: 'billing', records: admitted })
      await ask(
        { path },
        {
          status: 401,
          code: 'credentials_missing',
          records: ['credential refused no_bearer_credential'],
        },
      )
      await ask({ path: '/open' }, { status: 200, by: null, records: [] })
      await ask({ path: '/api/users' }, { status: 200, by: null, records: [] })
    },
  },
  {
    id: 'no-guard-at-all',
    requirement: 'guard-missing',
    plan: ({ answer, counting }) => ({
      prefix: '/internal',
      routes: [
        { path: '/transfers', steps: [{ op }], handler: counting(() => ({ by: null })) },
        { path: '/who', handler: answer },
      ],
    }),
    async play({ token }, { ask }) {
      const expected = { status: 500, code: 'M2M_CFG_GUARD_MISSING', records: [] }
      const open = { status: 200, code: undefined, reached: 1 }
      const unlike = {
        difference: 'declared-without-guard',
        on: { 'fastify-plugin': open },
      } as const
      await ask({ token: await token() }, expected, unlike)
      await ask({}, expected, unlike)
      // getService threw in the handler: the framework answers.
      await ask({ path: '/internal/who' }, { status: 500, reached: 1, records: [] })
    },
  },
]
