import { admitted, apiWith, internalApi, op } from './internal-api.js'
import type { Scenario } from './scenario.js'

const missing = {
  status: 401,
  code: 'credentials_missing',
  records: ['credential refused no_bearer_credential'],
} as const

/** Requests that no honest caller sends. */
export const oddRequests: readonly Scenario[] = [
  {
    id: 'headers-named-like-inherited-members',
    requirement: 'no-pollution',
    plan: ({ options, answer }) =>
      internalApi(options(), [{ path: '/transfers', steps: [{ op }], handler: answer }]),
    async play({ token }, { ask }) {
      const good = await token()
      for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty']) {
        await ask({ headers: [[name, `Bearer ${good}`]] }, missing)
        await ask(
          { token: good, headers: [[name, '{"service":{"id":"root"}}']] },
          { status: 200, by: 'billing', records: admitted },
        )
      }
    },
  },
  {
    id: 'body-with-proto',
    requirement: 'no-pollution',
    plan: ({ options, answer }) => {
      const rule = {
        name: 'small',
        effect: 'allow',
        operations: [op],
        conditions: [{ field: 'resource.amount', operator: 'less_than', value: 100 }],
      } as const
      const auth = options({ policy: { version: 1, rulesFor: () => [rule] } })
      const resource = ({ body }: { body: unknown }) => ({
        attributes: body as Record<string, unknown>,
      })
      return apiWith(
        [{ auth }, { parse: 'json' }],
        [{ path: '/transfers', steps: [{ op, resource }], handler: answer }],
      )
    },
    async play({ token }, { ask }) {
      const post = async (body: string) => ({
        method: 'POST',
        token: await token(),
        headers: [['Content-Type', 'application/json']] as const,
        body,
      })
      const no = {
        status: 403,
        code: 'operation_denied',
        records: ['scope admitted', 'decision refused layer_forbids'],
      }
      await ask(await post('{"amount":1}'), { status: 200, by: 'billing', records: admitted })
      await ask(await post('{"amount":1000}'), no)
      await ask(await post('{"amount":"1"}'), no)
      await ask(await post('{}'), no)
      await ask(await post('{"constructor":{"amount":1}}'), no)
      const refusedByParser = { status: 400, code: undefined, records: ['scope admitted'] }
      const unlike = {
        difference: 'inherited-names-in-bodies',
        on: { 'fastify-plugin': refusedByParser, 'fastify-hooks': refusedByParser },
      } as const
      await ask(await post('{"__proto__":{"amount":1}}'), no, unlike)
      await ask(await post('{"constructor":{"prototype":{"amount":1}}}'), no, unlike)
    },
  },
  {
    id: 'body-that-cannot-be-parsed',
    requirement: 'guard-before-body',
    plan: ({ options, answer }) =>
      apiWith(
        [{ auth: options() }, { parse: 'json' }],
        [{ path: '/transfers', steps: [{ op, resource: () => ({}) }], handler: answer }],
      ),
    async play({ token }, { ask }) {
      const broken = {
        method: 'POST',
        headers: [['Content-Type', 'application/json']] as const,
        body: '{"broken',
      }
      await ask(broken, missing)
      await ask({ ...broken, token: await token() }, { status: 400, records: ['scope admitted'] })
    },
  },
  {
    id: 'body-that-cannot-be-parsed-and-a-decision-before',
    requirement: 'guard-before-body',
    plan: ({ options, answer }) =>
      apiWith(
        [{ auth: options() }],
        [
          { path: '/transfers', steps: [{ op }, { parse: 'json' }], handler: answer },
          {
            path: '/asked',
            steps: [{ op, resource: () => ({}) }, { parse: 'json' }],
            handler: answer,
          },
        ],
      ),
    async play({ token }, { ask }) {
      const broken = {
        method: 'POST',
        token: await token({ allowedOps: ['transfers:read'] }),
        headers: [['Content-Type', 'application/json']] as const,
        body: '{"broken',
      }
      const denied = {
        status: 403,
        code: 'operation_denied',
        records: ['scope admitted', 'decision refused layer_forbids'],
      }
      await ask(broken, denied)
      const parsedFirst = { status: 400, code: undefined, records: ['scope admitted'] }
      await ask({ ...broken, path: '/internal/asked' }, denied, {
        difference: 'body-before-decision',
        on: { 'fastify-plugin': parsedFirst, 'fastify-hooks': parsedFirst },
      })
    },
  },
  {
    id: 'one-connection',
    requirement: 'nothing-left-behind',
    plan: ({ options, answer, counting }) => ({
      ...internalApi(options(), [{ path: '/transfers', steps: [{ op }], handler: answer }]),
      routes: [
        {
          path: '/open',
          handler: counting(({ copy, raw }) => ({
            by: (copy('service') as { id: string } | undefined)?.id ?? null,
            slot: Symbol.for('m2m.request') in raw,
          })),
        },
      ],
    }),
    async play({ token }, { ask }) {
      await ask({ token: await token() }, { status: 200, by: 'billing', records: admitted })
      await ask({}, missing)
      await ask({ path: '/open' }, { status: 200, by: null, records: [] })
      await ask(
        { token: await token({ id: 'ledger' }) },
        { status: 200, by: 'ledger', records: admitted },
      )
    },
  },
]
