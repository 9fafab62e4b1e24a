import type { Seen } from '../api-plan.js'
import { apiWith } from './internal-api.js'
import type { Scenario, World } from './scenario.js'

/** Stands for user auth: whatever it verified comes in a query, so no header is read. */
const userAuth = ({ raw, put }: Seen): void => {
  const claims = new URL(raw.url ?? '/', 'http://localhost').searchParams.get('claims')
  if (claims !== null) put('verified', JSON.parse(claims))
}

const usersOnly = ({ options, counting }: World, claims: (seen: Seen) => unknown) => {
  const { requiredScope, ...rest } = options()
  return apiWith(
    [{ run: userAuth }, { usersOnly: { ...rest, claims } as never }],
    [{ path: '/profile', handler: counting(() => ({ by: null })) }],
  )
}

const pathFor = (claims: object): string =>
  `/internal/profile?claims=${encodeURIComponent(JSON.stringify(claims))}`

const passed = { status: 200, by: null, records: [] } as const
const isService = {
  status: 403,
  code: 'user_required',
  records: ['principal refused principal_is_service'],
} as const
const noClaims = { status: 500, code: 'M2M_CFG_CLAIMS_MISSING', records: [] } as const

/** `rejectM2M`, after user auth. */
export const usersOnlyScenarios: readonly Scenario[] = [
  {
    id: 'services-on-routes-of-users',
    requirement: 'users-only',
    plan: (world) => usersOnly(world, ({ copy }) => copy('verified')),
    async play({ issuer, other }, { ask }) {
      const iss = issuer.issuer
      const service = { iss, sub: 'billing', client_id: 'billing' }
      const user = { iss, sub: 'alice', client_id: 'shop' }
      await ask({ path: pathFor(service) }, isService)
      await ask({ path: pathFor({ ...service, iss: other.issuer }) }, isService)
      await ask({ path: pathFor(user) }, passed)
      await ask({ path: pathFor({ ...user, act: { sub: 'billing' } }) }, passed)
      await ask(
        { path: pathFor({ iss, sub: 'somebody' }) },
        {
          status: 403,
          code: 'user_required',
          records: ['principal refused principal_is_no_user'],
        },
      )
      await ask({ path: pathFor({ iss: other.issuer, sub: 'somebody' }) }, passed)
      // A header is none of its business: only what user auth verified counts.
      await ask({ path: pathFor(user), token: await issuer.service() }, passed)
    },
  },
  {
    id: 'claims-that-come-later',
    requirement: 'users-only',
    plan: (world) => usersOnly(world, async ({ copy }) => copy('verified')),
    async play(_world, { ask }) {
      await ask({ path: pathFor({ sub: 'billing', client_id: 'billing' }) }, isService)
      await ask({ path: pathFor({ sub: 'alice', client_id: 'shop' }) }, passed)
      await ask({ path: '/internal/profile' }, noClaims)
    },
  },
  {
    id: 'no-claims-to-look-at',
    requirement: 'users-only',
    plan: (world) => usersOnly(world, ({ copy }) => copy('verified')),
    async play({ token }, { ask }) {
      await ask({ path: '/internal/profile' }, noClaims)
      await ask({ path: '/internal/profile', token: await token() }, noClaims)
      await ask({ path: pathFor([]) }, noClaims)
      await ask({ path: pathFor({ payload: { sub: 'alice', client_id: 'shop' } }) }, noClaims)
    },
  },
  {
    id: 'claims-that-throw',
    requirement: 'faults-admit-nobody',
    plan: (world) =>
      usersOnly(world, ({ copy }) => {
        throw copy('verified')
      }),
    async play(_world, { ask }) {
      // Thrown: nothing at all.
      await ask({ path: '/internal/profile' }, { status: 500, records: [] })
    },
  },
]
