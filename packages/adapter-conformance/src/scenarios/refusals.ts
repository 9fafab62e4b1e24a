import { createM2M, type M2M } from 'm2m-core'
import { admitted, denied, internalApi, op } from './internal-api.js'
import type { Scenario } from './scenario.js'

/** Who is refused, how, and what it takes to be admitted. */
export const refusals: readonly Scenario[] = [
  {
    id: 'the-line',
    requirement: 'challenge',
    plan: ({ options, answer }) =>
      internalApi(options(), [{ path: '/transfers', steps: [{ op }], handler: answer }]),
    async play({ token, issuer }, { ask }) {
      const good = await token()
      await ask({ token: good }, { status: 200, by: 'billing', records: admitted })
      await ask(
        {},
        {
          status: 401,
          code: 'credentials_missing',
          records: ['credential refused no_bearer_credential'],
          headers: { 'www-authenticate': 'Bearer realm="api"' },
        },
      )
      await ask(
        { token: await token({ scope: 'other' }) },
        {
          status: 403,
          code: 'insufficient_scope',
          records: ['scope refused scope_missing'],
          headers: {
            'www-authenticate':
              'Bearer realm="api", error="insufficient_scope", error_description="The access ' +
              'token lacks a scope that this resource requires.", scope="s2s:internal"',
          },
        },
      )
      await ask(
        { token: await token({ allowedOps: ['transfers:read'] }) },
        { status: 403, code: 'operation_denied', records: ['scope admitted', denied] },
      )
      await ask(
        { token: await issuer.user({ allowedOps: [op] }) },
        {
          status: 403,
          code: 'principal_type_mismatch',
          records: ['principal refused principal_is_user'],
        },
      )
      await ask(
        { token: await issuer.expired() },
        { status: 401, code: 'token_expired', records: ['token refused token_past_expiry'] },
      )
      await ask({ token: good }, { status: 200, by: 'billing', records: admitted })
    },
  },
  {
    id: 'head-is-refused-like-get',
    requirement: 'challenge',
    plan: ({ options, answer }) =>
      internalApi(options(), [{ path: '/transfers', steps: [{ op }], handler: answer }]),
    async play({ token }, { ask }) {
      await ask(
        { method: 'HEAD' },
        {
          status: 401,
          records: ['credential refused no_bearer_credential'],
          headers: {
            'www-authenticate': 'Bearer realm="api"',
            'content-type': 'application/problem+json',
          },
        },
      )
      await ask({ method: 'HEAD', token: await token() }, { status: 200, records: admitted })
    },
  },
  {
    id: 'issuer-unavailable',
    requirement: 'three-kinds-of-failure',
    plan: ({ options, answer }) =>
      internalApi(options(), [{ path: '/transfers', steps: [{ op }], handler: answer }]),
    async play({ issuer, token }, { ask }) {
      issuer.fail('status')
      await ask(
        { token: await token() },
        {
          status: 503,
          code: 'authorization_unavailable',
          records: ['token unavailable key_set_unavailable'],
          headers: { 'www-authenticate': null },
        },
      )
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
    id: 'headers-of-an-admission',
    requirement: 'admission',
    plan: ({ options, answer }) => {
      const { requiredScope, ...rest } = options()
      const m2m = createM2M(rest as never)
      const counting: M2M = {
        ...m2m,
        authenticate: async (...question) => {
          const verdict = await m2m.authenticate(...question)
          return verdict.admitted ? { ...verdict, headers: { 'x-left': '3' } } : verdict
        },
      }
      const auth = { m2m: counting, requiredScope }
      return internalApi(auth, [{ path: '/transfers', handler: answer }])
    },
    async play({ token }, { ask }) {
      await ask(
        { token: await token() },
        {
          status: 200,
          by: 'billing',
          records: ['scope admitted'],
          headers: { 'x-left': '3' },
        },
      )
    },
  },
  {
    id: 'another-name-for-the-copy',
    requirement: 'slot',
    plan: ({ options, counting }) =>
      internalApi(options({ property: 'caller' }), [
        {
          path: '/transfers',
          handler: counting(({ copy, service }) => ({
            by: (copy('caller') as { id: string }).id,
            same: copy('caller') === service(),
            usual: copy('service') ?? null,
          })),
        },
      ]),
    async play({ token }, { ask }) {
      await ask(
        { token: await token() },
        { status: 200, by: 'billing', records: ['scope admitted'] },
      )
    },
  },
  {
    id: 'two-operations',
    requirement: 'authority-only-narrows',
    plan: ({ options, answer }) =>
      internalApi(options(), [
        { path: '/transfers', steps: [{ op }, { op: 'ledger:write' }], handler: answer },
      ]),
    async play({ token }, { ask }) {
      const both = await token({ allowedOps: [op, 'ledger:write'] })
      await ask(
        { token: both },
        { status: 200, by: 'billing', records: [...admitted, 'decision admitted'] },
      )
      await ask(
        { token: await token() },
        { status: 403, code: 'operation_denied', records: [...admitted, denied] },
      )
      await ask(
        { token: await token({ allowedOps: ['ledger:write'] }) },
        { status: 403, code: 'operation_denied', records: ['scope admitted', denied] },
      )
    },
  },
  {
    id: 'unknown-path',
    requirement: 'no-route-unguarded',
    plan: ({ options, answer }) =>
      internalApi(options(), [{ path: '/transfers', steps: [{ op }], handler: answer }]),
    async play({ token }, { ask }) {
      const unguarded = { status: 404, code: undefined, records: [] }
      await ask(
        { path: '/internal/nothing' },
        {
          status: 401,
          code: 'credentials_missing',
          records: ['credential refused no_bearer_credential'],
        },
        {
          difference: 'unknown-path',
          on: {
            'koa-router': unguarded,
            'fastify-plugin': unguarded,
            'fastify-hooks': unguarded,
          },
        },
      )
      await ask(
        { path: '/internal/nothing', token: await token() },
        { status: 404, records: ['scope admitted'] },
        {
          difference: 'unknown-path',
          on: {
            'koa-router': unguarded,
            'fastify-plugin': unguarded,
            'fastify-hooks': unguarded,
          },
        },
      )
    },
  },
]
