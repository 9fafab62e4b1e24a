import type { ApiPlan, Seen } from '../api-plan.js'
import { apiWith, op } from './internal-api.js'
import type { Scenario, World } from './scenario.js'

const forged = Object.freeze({
  id: 'root',
  issuer: 'https://issuer.test',
  clientId: 'root',
  tier: 'internal',
  scopes: ['s2s:internal', '*'],
  allowedOps: ['*', op],
  can: () => true,
})

/** Everywhere where a service has ever been looked for. */
const forge = ({ raw, put }: Seen): void => {
  put('service', forged)
  Object.assign(raw, {
    service: forged,
    auth: forged,
    user: forged,
    'm2m.request': { service: forged },
    [Symbol('m2m.request')]: { service: forged },
  })
}

const behind = ({ options, answer }: World, isFirst: boolean): ApiPlan => {
  const guard = { auth: options() }
  const steps = isFirst ? [{ run: forge }, guard] : [guard, { run: forge }]
  return apiWith(steps, [{ path: '/transfers', steps: [{ op }], handler: answer }])
}

const play: Scenario['play'] = async ({ token }, { ask }) => {
  await ask(
    {},
    {
      status: 401,
      code: 'credentials_missing',
      records: ['credential refused no_bearer_credential'],
    },
  )
  await ask(
    { token: await token({ allowedOps: ['transfers:read'] }) },
    {
      status: 403,
      code: 'operation_denied',
      records: ['scope admitted', 'decision refused layer_forbids'],
    },
  )
  await ask(
    { token: await token() },
    { status: 200, by: 'billing', records: ['scope admitted', 'decision admitted'] },
  )
}

/** Identities that somebody else put on the request. */
export const forgedIdentity: readonly Scenario[] = [
  {
    id: 'identity-put-there-before-the-guard',
    requirement: 'slot',
    plan: (world) => behind(world, true),
    play,
  },
  {
    id: 'identity-put-there-after-the-guard',
    requirement: 'slot',
    plan: (world) => behind(world, false),
    play,
  },
  {
    id: 'identity-without-a-guard',
    requirement: 'guard-missing',
    plan: ({ answer }) =>
      apiWith([{ run: forge }], [{ path: '/transfers', steps: [{ op }], handler: answer }]),
    async play({ token }, { ask }) {
      await ask(
        { token: await token() },
        { status: 500, code: 'M2M_CFG_GUARD_MISSING', records: [] },
        // The handler is reached, and getService throws.
        {
          difference: 'declared-without-guard',
          on: { 'fastify-plugin': { code: undefined, reached: 1 } },
        },
      )
    },
  },
]
