import { admitted, denied, internalApi, op } from './internal-api.js'
import type { Scenario } from './scenario.js'

/** Refusals that the framework is given to answer. */
export const thrownRefusals: readonly Scenario[] = [
  {
    id: 'thrown-refusals',
    requirement: 'thrown-refusals',
    plan: ({ options, answer }) =>
      internalApi(options({ refusals: 'throw' }), [
        { path: '/transfers', steps: [{ op }], handler: answer },
      ]),
    async play({ token }, { ask }) {
      // No problem body, so no code: what the framework writes is its own.
      await ask(
        {},
        {
          status: 401,
          records: ['credential refused no_bearer_credential'],
          headers: {
            'www-authenticate': 'Bearer realm="api"',
            'content-type': 'text/html; charset=utf-8',
          },
        },
        {
          difference: 'format-of-thrown-refusals',
          on: {
            'koa-router': inText,
            'koa-mount': inText,
            'fastify-plugin': inJson,
            'fastify-hooks': inJson,
          },
        },
      )
      await ask(
        { token: await token({ allowedOps: ['transfers:read'] }) },
        { status: 403, records: ['scope admitted', denied] },
      )
      await ask({ token: await token() }, { status: 200, by: 'billing', records: admitted })
    },
  },
  {
    id: 'the-inner-guard-says-how-to-refuse',
    requirement: 'thrown-refusals',
    plan: ({ options, answer }) => ({
      prefix: '/internal',
      before: [{ auth: options({ refusals: 'throw' }) }],
      inside: [
        {
          prefix: '/inner',
          before: [{ auth: options({ header: 'x-inner', refusals: 'reply' }) }],
          routes: [{ path: '/transfers', steps: [{ op }], handler: answer }],
        },
      ],
    }),
    async play({ token }, { ask }) {
      const path = '/internal/inner/transfers'
      await ask({ path }, { status: 401, records: ['credential refused no_bearer_credential'] })
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
]

const challenge = { 'www-authenticate': 'Bearer realm="api"' }
const inText = { headers: { ...challenge, 'content-type': 'text/plain; charset=utf-8' } }
const inJson = { headers: { ...challenge, 'content-type': 'application/json; charset=utf-8' } }
