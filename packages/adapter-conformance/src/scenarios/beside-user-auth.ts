import { admitted, apiWith, op } from './internal-api.js'
import type { Scenario, World } from './scenario.js'

const missing = {
  status: 401,
  code: 'credentials_missing',
  records: ['credential refused no_bearer_credential'],
} as const

/** A path that users may share, and one with an operation that they may not. */
const sharedPath = ({ options, answer, counting }: World, more: object) =>
  apiWith(
    [{ auth: options(more) }],
    [
      {
        path: '/shared',
        handler: counting(({ copy }) => ({
          by: (copy('service') as { id: string } | undefined)?.id ?? null,
        })),
      },
      { path: '/asked', handler: answer },
      { path: '/transfers', steps: [{ op }], handler: answer },
    ],
  )

/** Services and users on one path, or on one request. */
export const besideUserAuth: readonly Scenario[] = [
  {
    id: 'foreign-tokens-go-on',
    requirement: 'foreign-token',
    plan: (world) => sharedPath(world, { onForeignToken: 'next' }),
    async play({ issuer, other, token }, { ask }) {
      const path = '/internal/shared'
      const service = await token()
      await ask(
        { path, token: service },
        { status: 200, by: 'billing', records: ['scope admitted'] },
      )
      const foreign = await token({}, other)
      const user = await issuer.user({ allowedOps: [op] })
      const forOther = await issuer.wrongAudience()
      for (const one of [foreign, user, forOther]) {
        await ask({ path, token: one }, { status: 200, by: null, records: [] })
      }
      await ask(
        { token: foreign },
        { status: 401, code: 'invalid_token', records: ['token refused issuer_unknown'] },
      )
      await ask(
        { token: user },
        {
          status: 403,
          code: 'principal_type_mismatch',
          records: ['principal refused principal_is_user'],
        },
      )
      // getService throws in the handler: nobody is there.
      await ask({ path: '/internal/asked', token: user }, { status: 403, reached: 1, records: [] })
      await ask({ path }, missing)
      await ask({ token: service }, { status: 200, by: 'billing', records: admitted })
    },
  },
  {
    id: 'bad-tokens-of-ours-do-not-go-on',
    requirement: 'foreign-token',
    plan: (world) => sharedPath(world, { onForeignToken: 'next', onNoCredential: 'next' }),
    async play({ issuer, token }, { ask }) {
      const path = '/internal/shared'
      const good = await token()
      const refused = (cause: string) => ({
        status: 401,
        code: 'invalid_token',
        records: [`token refused ${cause}`],
      })
      await ask({ path, token: await issuer.otherKey() }, refused('signature_invalid'))
      await ask(
        { path, token: await issuer.expired() },
        { status: 401, code: 'token_expired', records: ['token refused token_past_expiry'] },
      )
      await ask({ path, token: `${good}x` }, refused('token_spelling'))
      await ask({ path, token: 'opaque' }, refused('token_spelling'))
      await ask(
        {
          path,
          headers: [
            ['Authorization', `Bearer ${good}`],
            ['authorization', `Bearer ${good}`],
          ],
        },
        {
          status: 400,
          code: 'invalid_request',
          records: ['credential refused credential_duplicated'],
        },
      )
    },
  },
  {
    id: 'no-copy-of-whom-an-outer-guard-admitted',
    requirement: 'foreign-token',
    plan: ({ options, other, counting }) => ({
      prefix: '/internal',
      before: [{ auth: options() }],
      inside: [
        {
          prefix: '/partner',
          before: [{ auth: options({ onForeignToken: 'next' }, other) }],
          routes: [
            {
              path: '/shared',
              handler: counting(({ copy }) => ({ by: copy('service') ?? null })),
            },
          ],
        },
      ],
    }),
    async play({ token }, { ask }) {
      await ask(
        { path: '/internal/partner/shared', token: await token() },
        { status: 200, by: null, records: ['scope admitted'] },
      )
    },
  },
  {
    id: 'no-credential-goes-on',
    requirement: 'foreign-token',
    plan: (world) => sharedPath(world, { onNoCredential: 'next' }),
    async play({ other, token }, { ask }) {
      const path = '/internal/shared'
      await ask({ path }, { status: 200, by: null, records: [] })
      await ask(
        { path, headers: [['Authorization', 'Basic YTpi']] },
        { status: 200, by: null, records: [] },
      )
      await ask({}, missing)
      await ask(
        { path, token: await token({}, other) },
        { status: 401, code: 'invalid_token', records: ['token refused issuer_unknown'] },
      )
    },
  },
  {
    id: 'both-at-once',
    requirement: 'own-header',
    plan: (world) => sharedPath(world, { header: 'x-service-authorization' }),
    async play({ issuer, token }, { ask }) {
      const service = ['X-Service-Authorization', `Bearer ${await token()}`] as const
      const user = await issuer.user()
      await ask(
        { token: user, headers: [service] },
        { status: 200, by: 'billing', records: admitted },
      )
      await ask({ token: await token() }, missing)
      await ask(
        { headers: [['X-Service-Authorization', `Bearer ${user}`]] },
        {
          status: 403,
          code: 'principal_type_mismatch',
          records: ['principal refused principal_is_user'],
        },
      )
    },
  },
]
