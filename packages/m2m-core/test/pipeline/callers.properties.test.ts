import fc from 'fast-check'
import { createTestIssuer, type TokenSpec } from 'm2m-testkit'
import { describe, expect, it } from 'vitest'
import { createM2M } from '../../src/m2m/create-m2m.js'
import type { M2M } from '../../src/m2m/m2m.js'
import type { PolicyRule } from '../../src/policy/policy.js'
import type { Services } from '../../src/principal/services.js'
import type { RequiredScope } from '../../src/scope/scope-requirement.js'
import { allow, editablePolicy, manualClock, requestWith } from './fixture.js'

const operations = ['transfers:create', 'transfers:read'] as const
const scopes = ['s2s:internal', 's2s:write'] as const

/** One thing that happens between two questions. */
type Step =
  | { readonly what: 'mint'; readonly spec: TokenSpec }
  | { readonly what: 'wait'; readonly millis: number }
  | { readonly what: 'rotate'; readonly keepOld: boolean }
  | { readonly what: 'edit'; readonly rules: readonly PolicyRule[] }
  | { readonly what: 'register'; readonly services: Services }
  | { readonly what: 'forget' }
  | { readonly what: 'ask'; readonly which: number; readonly question: Question }

interface Question {
  readonly requiredScope: RequiredScope
  readonly operation: string
  readonly amount: number
}

const claims = fc.oneof(
  fc.constant({}),
  fc.constantFrom<Record<string, unknown>>(
    { sub: 'user-1' },
    { aud: 'https://other.test' },
    { nbf: 1_800_000_060 },
    { scope: 7 },
    { client_id: undefined },
    { allowed_ops: undefined },
    { act: { sub: 'bff' } },
  ),
)
const spec: fc.Arbitrary<TokenSpec> = fc.record({
  id: fc.constantFrom('billing', 'reports'),
  scope: fc.subarray([...scopes]),
  allowedOps: fc.subarray([...operations]),
  expiresIn: fc.constantFrom(1, 60, 300, 3600, 86_401),
  claims,
  header: fc.constantFrom<Record<string, unknown>>({}, { kid: undefined }, { kid: 'unknown' }),
})
const inEurope = { field: 'subject.region', operator: 'equals', value: 'eu' } as const
const limit = { field: 'resource.amount', operator: 'less_than', value: 100 } as const
const ruleLists: readonly (readonly PolicyRule[])[] = [
  [],
  [allow('*')],
  [allow('transfers:read')],
  [{ ...allow('*'), conditions: [limit] }],
  [{ ...allow('*'), conditions: [inEurope] }],
  [allow('*'), { ...allow('transfers:create'), name: 'freeze', effect: 'deny' }],
]
const billing = [{ clientId: 'billing' }]
const registries: readonly Services[] = [
  {},
  { payments: { clients: billing, tier: 'gold', attributes: { region: 'eu' } } },
  { payments: { clients: billing, attributes: { region: 'us' } } },
  { payments: { clients: billing, disabled: true } },
  { ledger: { clients: [...billing, { clientId: 'reports' }] } },
  { billing: { clients: [{ clientId: 'another' }] } },
]
const question: fc.Arbitrary<Question> = fc.record({
  requiredScope: fc.constantFrom<RequiredScope>('s2s:internal', { any: [...scopes] }, null),
  operation: fc.constantFrom(...operations, 'transfers:*'),
  amount: fc.constantFrom(5, 500),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ what: fc.constant('mint'), spec }) },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant('wait'),
      millis: fc.constantFrom(1, 999, 1000, 4999, 31_000, 60_000, 300_000, 1_300_000),
    }),
  },
  fc.record({ what: fc.constant('rotate'), keepOld: fc.boolean() }),
  fc.record({ what: fc.constant('edit'), rules: fc.constantFrom(...ruleLists) }),
  fc.record({ what: fc.constant('register'), services: fc.constantFrom(...registries) }),
  fc.record({ what: fc.constant('forget') }),
  { weight: 6, arbitrary: fc.record({ what: fc.constant('ask'), which: fc.nat(), question }) },
)

/**
 * A token without kid is good while its issuer has one key. Beside a second key one that is known
 * stays good as long as its own key is there, while one that is met then names none of the two.
 */
const withKeyIds =
  (steps: readonly Step[]) =>
  (one: TokenSpec): TokenSpec => {
    const areTwo = steps.some((step) => step.what === 'rotate' && step.keepOld)
    return areTwo && one.header && 'kid' in one.header ? { ...one, header: {} } : one
  }

/** Everything that a caller is told, and who it is taken for. */
const answerOf = async (m2m: M2M, token: string, { requiredScope, ...asked }: Question) => {
  const who = await m2m.authenticate(requestWith(token), { requiredScope })
  if (!who.admitted) return { status: who.reply.status, code: who.code }
  const resource = { attributes: { amount: asked.amount } }
  const may = await m2m.authorize(who.service, asked.operation, resource)
  const can = who.service.can(asked.operation, resource)
  return { service: { ...who.service }, may: may.admitted ? 'yes' : may.code, can }
}

describe('rule 5: cache on = cache off', () => {
  it('after whatever happened, a warm M2M says what one says that was made this moment', {
    timeout: 600_000,
  }, async () => {
    const steps = fc.array(step, { minLength: 5, maxLength: 25 })
    await fc.assert(
      fc.asyncProperty(spec, steps, fc.boolean(), fc.boolean(), async (first, following, ...is) => {
        const [hasPolicy, requireRegistered] = is
        const isRegistering = following.some(({ what }) => what === 'register')
        let services: Services = { payments: { clients: billing } }
        const clock = manualClock()
        const issuer = await createTestIssuer({ now: clock.now })
        const { policy, edit } = editablePolicy([allow('*')])
        const make = () =>
          createM2M({
            ...issuer.asOptions(),
            clock,
            audit: { sinks: [] },
            services,
            // Only so does an M2M of this moment know that a client is gone.
            requireRegistered: requireRegistered || isRegistering,
            ...(hasPolicy && { policy }),
          })
        const warm = make()
        const named = withKeyIds(following)
        const tokens = [await issuer.service({ ...first, claims: {}, header: {} })]
        for (const one of following) {
          if (one.what === 'mint') tokens.push(await issuer.service(named(one.spec)))
          if (one.what === 'wait') clock.advance(one.millis)
          if (one.what === 'edit') edit(one.rules)
          if (one.what === 'register') {
            services = one.services
            warm.setServices(services)
          }
          if (one.what === 'forget') await warm.invalidate('billing')
          if (one.what === 'rotate') {
            await issuer.rotate({ keepOld: one.keepOld })
            await warm.refresh()
          }
          if (one.what !== 'ask') continue
          const token = tokens[one.which % tokens.length] ?? ''
          const fresh = await answerOf(make(), token, one.question)
          // Twice: the first may verify, the second is from memory where there is one.
          expect(await answerOf(warm, token, one.question)).toEqual(fresh)
          expect(await answerOf(warm, token, one.question)).toEqual(fresh)
        }
      }),
      { numRuns: 100 },
    )
  })
})
