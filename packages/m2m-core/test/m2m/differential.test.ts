import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createM2M } from '../../src/m2m/create-m2m.js'
import type { M2M } from '../../src/m2m/m2m.js'
import type { M2MOptions } from '../../src/options/options.js'
import type { Context } from '../../src/policy/resource.js'
import type { QuotaStore } from '../../src/quota/quota-store.js'
import { now } from './differential-claims.js'
import { options } from './differential-options.js'
import { maybe, pool } from './differential-pool.js'
import { type TokenPlan, tokenOf, tokenPlan } from './differential-tokens.js'
import type { NaiveCall, NaiveOptions, Question } from './naive-options.js'
import { type NaiveAnswer, naiveAnswer } from './naive-reference.js'

type Placement = (token: string) => Pick<NaiveCall, 'headers' | 'rawHeaders'>
const sent = (authorization: string | readonly string[]) => ({ headers: { authorization } })
const usual: Placement = (token) => sent(`Bearer ${token}`)
const unusual: readonly Placement[] = [
  (token) => sent(`bearer ${token}`),
  (token) => sent(`bEARER ${token}`),
  (token) => sent([`Bearer ${token}`]),
  (token) => ({ ...usual(token), rawHeaders: ['Host', 'x', 'AUTHORIZATION', `Bearer ${token}`] }),
  (token) => ({ ...usual(token), rawHeaders: ['x', 'authorization', 'authorization', 'y', 'odd'] }),
  (token) => ({ ...usual(token), rawHeaders: ['authorization', 'a', 'Authorization', 'b'] }),
  (token) => sent([`Bearer ${token}`, `Bearer ${token}`]),
  (token) => sent(`Bearer ${token}, Bearer ${token}`),
  (token) => sent(`Bearer ${token},Bearer ${token}`),
  (token) => sent(`Bearer ${token},`),
  (token) => sent(`Bearer  ${token}`),
  (token) => sent(`Bearer ${token} `),
  (token) => sent(`Bearer\t${token}`),
  (token) => sent(`Bearer:${token}`),
  (token) => sent(`BearerX ${token}`),
  (token) => sent(` Bearer ${token}`),
  (token) => sent(`DPoP ${token}`),
  (token) => sent(token),
  () => sent([]),
  () => sent(''),
  () => sent('Bearer'),
  () => sent('Bearer '),
  (token) => ({ headers: { cookie: token, 'x-authorization': `Bearer ${token}` } }),
]

const question: fc.Arbitrary<Question> = fc.record({
  operation: pool(
    5,
    fc.constantFrom('transfers:create', 'transfers:read'),
    2,
    fc.constantFrom('bank:transfers:create', 'transfers:*', '*', 'manage', '__proto__:create', ''),
  ),
  resource: fc.constantFrom<unknown>(
    undefined,
    null,
    {},
    { type: 'transfers', id: 'r-1' },
    { type: 'events' },
    { id: 'r-1', attributes: { amount: 5, owner: { tier: 'internal' } } },
    { attributes: { amount: 100, id: 'r-1', type: 'transfers' } },
    { attributes: { amount: '5', owner: [{ tier: 'internal' }] } },
    { attributes: { amount: [5], owner: { tier: null } } },
    ['r-1'],
    'r-1',
  ),
  context: fc.constantFrom<unknown>(undefined, { channel: 'r-1' }, { channel: 5 }, null, 'queue'),
})

interface Plan {
  readonly token: TokenPlan
  readonly placement: Placement
  readonly requiredScope: NaiveCall['requiredScope']
  readonly questions: readonly Question[]
}
const plan: fc.Arbitrary<Plan> = fc.record({
  token: tokenPlan,
  placement: pool(15, fc.constant(usual), 1, fc.constantFrom(...unusual)),
  requiredScope: maybe<NaiveCall['requiredScope']>('s2s:internal', ['s2s:internal', 's2s:write'], {
    any: ['s2s:write', 's2s:internal'],
  }).map((scope) => scope ?? null),
  questions: fc.array(question, { maxLength: 3 }),
})

/** The same answers from the real thing. */
const realAnswer = async (m2m: M2M, call: NaiveCall): Promise<NaiveAnswer> => {
  const verdict = await m2m.authenticate(call, { requiredScope: call.requiredScope })
  if (!verdict.admitted) return `${verdict.reply.status} ${verdict.code}`
  const answers: boolean[] = []
  for (const { operation, resource, context } of call.questions) {
    const asked = [operation, resource as object, context as Context] as const
    const answer = await m2m.authorize(verdict.service, ...asked)
    if (!answer.admitted) expect(answer.code).toBe('operation_denied')
    expect(verdict.service.can(...asked)).toBe(answer.admitted)
    answers.push(answer.admitted)
  }
  const { id, clientId, issuer, tier, scopes, attributes, ...rest } = verdict.service
  const { allowedOps, withinOps } = rest
  const service = { id, clientId, issuer, tier, scopes, allowedOps, withinOps, attributes }
  return { service, answers }
}

const m2mFor = ({ issuers, policy, ...rest }: NaiveOptions): M2M =>
  createM2M({
    ...rest,
    ...(policy && { policy: { version: 1, rulesFor: () => policy } }),
    issuers: issuers.map(({ isService, ...issuer }) => ({
      ...issuer,
      ...(isService !== undefined && { isService: () => isService }),
    })),
    clock: { now: () => now * 1000, monotonic: () => 0 },
    audit: { sinks: [] },
    quota: { store: plenty },
  } as M2MOptions)

/** How often is another question: one token is asked about many times here. */
const plenty: QuotaStore = {
  charge: () => ({ allowed: true, remaining: 1, resetAfter: 1, retryAfter: 0 }),
}

const plans = fc.array(plan, { minLength: 1, maxLength: 16 })

/** On a slow machine a test is slow, not wrong. */
const patience = 600_000

describe('the line and a naive reading of the specifications', () => {
  it('agree on every token, whatever its claims, its header, its request and the options', {
    timeout: patience,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(options, plans, async (given, all) => {
        const m2m = m2mFor(given)
        for (const { token, placement, ...rest } of all) {
          const call = { ...placement(tokenOf(token)), ...rest }
          const expected = naiveAnswer(call, given, now)
          // The first is verified, the second remembered.
          expect(await realAnswer(m2m, call)).toEqual(expected)
          expect(await realAnswer(m2m, call)).toEqual(expected)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('meet every answer there is', { timeout: patience }, () => {
    const seen = new Map<string, number>()
    for (const [given, all] of fc.sample(fc.tuple(options, plans), { numRuns: 200, seed: 1 })) {
      for (const { token, placement, ...rest } of all) {
        const answer = naiveAnswer({ ...placement(tokenOf(token)), ...rest }, given, now)
        const all = typeof answer === 'string' ? [answer] : ['admitted', ...answer.answers]
        for (const one of all) seen.set(String(one), (seen.get(String(one)) ?? 0) + 1)
      }
    }
    const answers = [...seen.keys()].sort()
    expect(answers).toEqual([
      '400 invalid_request',
      '401 credentials_missing',
      '401 invalid_token',
      '401 token_expired',
      '403 insufficient_scope',
      '403 principal_type_mismatch',
      '403 principal_unclassified',
      '403 service_not_admitted',
      'admitted',
      'false',
      'true',
    ])
    expect(Math.min(...seen.values())).toBeGreaterThan(10)
  })
})
