import type { Step } from '../api-plan.js'
import { admitted, internalApi, op } from './internal-api.js'
import type { Scenario } from './scenario.js'

type Resource = Extract<Step, { op: string }>['resource']

/** What a resource function can do wrong, and how often the framework may then call a handler. */
const failing: Readonly<Record<string, Resource>> = {
  'throws-an-error': () => {
    throw new Error('no such transfer')
  },
  'rejects-with-an-error': async () => {
    await undefined
    throw new Error('no such transfer')
  },
  'throws-nothing': () => {
    throw undefined
  },
  'rejects-with-nothing': () => Promise.reject(),
  'rejects-with-null': () => Promise.reject(null),
  'rejects-with-false': () => Promise.reject(false),
  'rejects-with-an-empty-text': () => Promise.reject(''),
  // What Express takes for "skip this route" and "skip this router".
  'throws-route': () => {
    throw 'route'
  },
  'rejects-with-router': () => Promise.reject('router'),
  'rejects-with-a-number': () => Promise.reject(404),
}

const faultOf = (name: string, resource: Resource): Scenario => ({
  id: `resource-${name}`,
  requirement: 'faults-admit-nobody',
  plan: ({ options, answer }) =>
    internalApi(options(), [
      { path: '/transfers', steps: [{ op, resource } as Step], handler: answer },
    ]),
  async play({ token }, { ask }) {
    const expected = { status: 500, records: ['scope admitted', 'decision fault'] }
    await ask({ token: await token() }, expected)
    await ask({ token: await token(), method: 'POST' }, expected)
  },
})

/** Functions and handlers that throw: nobody gets in by it, and the framework answers. */
export const faults: readonly Scenario[] = [
  ...Object.entries(failing).map(([name, resource]) => faultOf(name, resource)),
  {
    id: 'context-rejects',
    requirement: 'faults-admit-nobody',
    plan: ({ options, answer }) =>
      internalApi(options(), [
        {
          path: '/transfers',
          steps: [{ op, context: () => Promise.reject(new Error('no clock')) }],
          handler: answer,
        },
      ]),
    async play({ token }, { ask }) {
      await ask(
        { token: await token() },
        { status: 500, records: ['scope admitted', 'decision fault'] },
      )
    },
  },
  {
    id: 'resource-is-no-object',
    requirement: 'faults-admit-nobody',
    plan: ({ options, answer }) =>
      internalApi(options(), [
        {
          path: '/transfers',
          steps: [{ op, resource: () => 42 as never }],
          handler: answer,
        },
      ]),
    async play({ token }, { ask }) {
      await ask(
        { token: await token() },
        {
          status: 403,
          code: 'operation_denied',
          records: ['scope admitted', 'decision refused resource_malformed'],
        },
      )
    },
  },
  {
    id: 'policy-throws',
    requirement: 'faults-admit-nobody',
    plan: ({ options, answer }) => {
      const rulesFor = () => {
        throw new Error('policy store exploded')
      }
      const auth = options({ policy: { version: 1, rulesFor } })
      return internalApi(auth, [{ path: '/transfers', handler: answer }])
    },
    async play({ token }, { ask }) {
      await ask({ token: await token() }, { status: 500, records: ['scope fault'] })
    },
  },
  {
    id: 'async-handler-throws',
    requirement: 'faults-admit-nobody',
    plan: ({ options, counting }) =>
      internalApi(options(), [
        {
          path: '/transfers',
          steps: [{ op }],
          handler: counting(async () => {
            await undefined
            throw new Error('the handler failed')
          }),
        },
      ]),
    async play({ token }, { ask }) {
      await ask({ token: await token() }, { status: 500, reached: 1, records: admitted })
      await ask(
        {},
        {
          status: 401,
          code: 'credentials_missing',
          records: ['credential refused no_bearer_credential'],
        },
      )
    },
  },
  {
    id: 'headers-when-a-handler-throws',
    requirement: 'faults-admit-nobody',
    plan: ({ options, counting }) =>
      internalApi(options(), [
        {
          path: '/transfers',
          steps: [{ run: ({ header }) => header('x-before', 'kept') }, { op }],
          handler: counting(() => {
            throw new Error('the handler failed')
          }),
        },
      ]),
    async play({ token }, { ask }) {
      const dropped = { headers: { 'x-before': null } }
      await ask(
        { token: await token() },
        { status: 500, reached: 1, records: admitted, headers: { 'x-before': 'kept' } },
        { difference: 'headers-after-fault', on: { 'koa-router': dropped, 'koa-mount': dropped } },
      )
    },
  },
]
