import { describe, expect, it } from 'vitest'
import type { M2MOptions } from '../../src/options/options.js'
import type { QuotaStore } from '../../src/quota/quota-store.js'
import { inShort, refusalIn, requestWith, serviceIn, setUp } from './fixture.js'

const tiers = [
  { name: 'partner', rate: '3/min' },
  { name: 'internal', rate: 1000 },
] as const
const internal = { requiredScope: 's2s:internal' }
const ops = ['transfers:create', 'transfers:read']

/** An M2M, and how to call it with a token of these claims. */
const world = async (claims: object, options: Partial<M2MOptions> = {}) => {
  const made = await setUp(options)
  const { issuer, m2m } = made
  const token = await issuer.service({ allowedOps: ops, claims: { ...claims } })
  const call = () => m2m.authenticate(requestWith(token), internal)
  const callTimes = async (times: number): Promise<readonly string[]> => {
    const answers: string[] = []
    for (let count = 0; count < times; count += 1) answers.push(await inShort(call()))
    return answers
  }
  return { ...made, token, call, callTimes }
}
const webhook = { client_id: 'webhook', sub: 'webhook' }
const refused = '429 quota_exceeded'
const allowed = (count: number): readonly string[] => Array(count).fill('admitted')

describe('the quota stage of a request', () => {
  it('is off when nobody names a limit', async () => {
    const { call, callTimes, records } = await world({})
    expect(await callTimes(500)).toEqual(allowed(500))
    const verdict = await call()
    expect(verdict).not.toHaveProperty('quota')
    expect(verdict).toMatchObject({ headers: {} })
    expect(records.at(-1)).not.toHaveProperty('quota')
  })

  it('a label grants nothing where no tiers are configured', async () => {
    const { callTimes } = await world({ tier: 'internal', rate_limit: 2 })
    expect(await callTimes(3)).toEqual([...allowed(2), refused])
  })

  it.each([
    ['of the token', { rate_limit: 3 }, {}],
    ['of the tier', { tier: 'partner' }, { quota: { tiers } }],
    [
      'of the lowest tier, for a tier that is not listed',
      { tier: 'platinum' },
      { quota: { tiers } },
    ],
    ['of the lowest tier, for none', {}, { quota: { tiers } }],
    [
      'of the lowest tier, for one called like a prototype',
      { tier: '__proto__' },
      { quota: { tiers } },
    ],
    [
      'of the tier, whatever the token states',
      { tier: 'partner', rate_limit: 9999 },
      { quota: { tiers } },
    ],
    ['of the token, below its tier', { tier: 'internal', rate_limit: '3/h' }, { quota: { tiers } }],
    [
      'of the registration, below its tier',
      { tier: 'internal', rate_limit: 5 },
      { quota: { tiers }, services: { billing: { clients: [{ clientId: 'billing' }], rate: 3 } } },
    ],
    [
      "of the policy's tier",
      { rate_limit: 5 },
      { policy: { version: 1, rulesFor: () => [], rateOf: () => '3/min' } },
    ],
  ])('counts by the limit %s', async (_what, claims, options) => {
    const { callTimes } = await world(claims, options as Partial<M2MOptions>)
    expect(await callTimes(5)).toEqual([...allowed(3), refused, refused])
  })

  it('gives back with time', async () => {
    const { callTimes, clock } = await world({ rate_limit: 60 })
    await callTimes(60)
    clock.advance(1990)
    expect(await callTimes(2)).toEqual(['admitted', refused])
    clock.advance(10)
    expect(await callTimes(2)).toEqual(['admitted', refused])
  })

  it('is the budget of the service: another of its tokens has no other', async () => {
    const { issuer, m2m, callTimes } = await world({ rate_limit: 3 })
    await callTimes(3)
    const other = await issuer.service({ claims: { rate_limit: 3, jti: 'other' } })
    expect(await inShort(m2m.authenticate(requestWith(other), internal))).toBe(refused)
    const another = await issuer.service({ claims: { ...webhook, rate_limit: 3 } })
    expect(await inShort(m2m.authenticate(requestWith(another), internal))).toBe('admitted')
  })

  it.each([
    ['its scope is missing', { requiredScope: 'other:scope' }],
    ['its token has expired', internal],
  ])('charges nothing when %s', async (what, requirement) => {
    const { callTimes, clock, m2m, token, issuer } = await world({ rate_limit: 1 })
    if (what.includes('expired')) {
      const old = await issuer.expired({ claims: { rate_limit: 1 } })
      await m2m.authenticate(requestWith(old), internal)
    } else await m2m.authenticate(requestWith(token), requirement)
    clock.advance(1)
    expect(await callTimes(2)).toEqual(['admitted', refused])
  })

  it('row 54: unverified tokens of a service spend nothing of its budget', async () => {
    const { callTimes, issuer, m2m } = await world({ rate_limit: 1 })
    for (const bad of [await issuer.otherKey(), await issuer.unknownKey()]) {
      expect(await inShort(m2m.authenticate(requestWith(bad), internal))).toBe('401 invalid_token')
    }
    expect(await callTimes(2)).toEqual(['admitted', refused])
  })

  it.each([
    -1,
    Number.MAX_VALUE * 10,
    '5',
    {},
    { 'a:*': 5 },
    { limit: 5, window: 1e9 },
    1e-310,
    { limit: 1, window: 86_401 },
  ])('a rate_limit of %j refuses the token: it never means no limit', async (rate_limit) => {
    const { callTimes } = await world({ rate_limit })
    expect(await callTimes(1)).toEqual(['401 invalid_token'])
  })

  it('0 means nothing', async () => {
    const { callTimes } = await world({ rate_limit: 0 })
    expect(await callTimes(2)).toEqual([refused, refused])
  })
})

describe('what a 429 says', () => {
  it('R5: to the caller when to come again, as headers and as a registered problem', async () => {
    const { call, callTimes } = await world({ rate_limit: '2/min' })
    await callTimes(2)
    expect(refusalIn(await call())).toMatchObject({
      kind: 'refused',
      code: 'quota_exceeded',
      retryAfter: 30,
      reply: {
        status: 429,
        headers: {
          'Retry-After': '30',
          RateLimit: '"service";r=0;t=30',
          'RateLimit-Policy': '"service";q=2;w=60',
        },
        body: {
          type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
          title: 'Request cannot be satisfied as assigned quota has been exceeded',
          status: 429,
          code: 'quota_exceeded',
          'violated-policies': ['service'],
        },
      },
    })
  })

  it('to the operator which limit it was and who named it', async () => {
    const { callTimes, records } = await world(
      { tier: 'partner', rate_limit: 500 },
      { quota: { tiers } },
    )
    await callTimes(4)
    expect(records.at(-1)).toMatchObject({
      outcome: 'refused',
      stage: 'quota',
      cause: 'quota_used_up',
      service: { id: 'billing' },
      message:
        'expected the service to stay within its budget of all its calls, 3 in 60 s, 3 at once; its token states 500 in 60 s, got a call of cost 1 too many; raise the limit of its tier, or let it call less often',
      quota: { service: { remaining: 0, source: 'tier', claimed: { limit: 500, window: 60 } } },
    })
  })

  it('rule 7: nothing but numbers and names that the caller knows', async () => {
    const { call } = await world({ rate_limit: 0 })
    const { reply } = refusalIn(await call())
    expect(JSON.stringify(reply)).not.toMatch(/billing|issuer\.test|tier|claim/)
    expect(reply.headers).not.toHaveProperty('WWW-Authenticate')
  })

  it('an admitted call says what is left: verdict, headers, record', async () => {
    const { call, records } = await world({ rate_limit: 10 })
    const verdict = await call()
    expect(verdict).toMatchObject({
      admitted: true,
      headers: { RateLimit: '"service";r=9;t=6', 'RateLimit-Policy': '"service";q=10;w=60' },
      quota: { service: { limit: 10, remaining: 9, source: 'token' } },
    })
    expect(records.at(-1)).toMatchObject({ quota: { service: { remaining: 9 } } })
  })
})

describe('what an operation costs', () => {
  const operate = async (
    { m2m, call }: Awaited<ReturnType<typeof world>>,
    operation: string,
    cost?: number,
  ): Promise<string> =>
    inShort(
      m2m.authorize(serviceIn(await call()), operation, undefined, undefined, undefined, cost),
    )

  it('nothing more than its call', async () => {
    const made = await world({ rate_limit: 5 })
    for (let count = 0; count < 5; count += 1) {
      expect(await operate(made, 'transfers:create')).toBe('admitted')
    }
    expect(await inShort(made.call())).toBe(refused)
  })

  it('its cost, of which the call has paid one', async () => {
    const made = await world({ rate_limit: 5 })
    expect(await operate(made, 'transfers:create', 4)).toBe('admitted')
    expect(await operate(made, 'transfers:create', 1)).toBe('admitted')
    expect(await inShort(made.call())).toBe(refused)
  })

  it('429 when it is too much, and nothing is taken for it', async () => {
    const made = await world({ rate_limit: 5 })
    expect(await operate(made, 'transfers:create', 10)).toBe(refused)
    expect(made.records.at(-1)).toMatchObject({ stage: 'quota', operation: 'transfers:create' })
    expect(await made.callTimes(5)).toEqual([...allowed(4), refused])
  })

  it.each([4, 5])('of %d: whoever comes again after Retry-After gets through', async (cost) => {
    const made = await world({ rate_limit: 5 })
    await made.callTimes(2)
    const ask = async () =>
      made.m2m.authorize(
        serviceIn(await made.call()),
        'transfers:create',
        undefined,
        undefined,
        undefined,
        cost,
      )
    const { retryAfter, reply } = refusalIn(await ask())
    expect(reply.headers).toMatchObject({
      'Retry-After': String(retryAfter),
      RateLimit: `"service";r=2;t=${retryAfter}`,
    })
    made.clock.advance((retryAfter ?? 0) * 1000)
    expect(await inShort(ask())).toBe('admitted')
  })

  it('more than a burst, with the call that carries it: the log says that it can never pass', async () => {
    const made = await world({ rate_limit: 5 })
    made.clock.advance(60_000)
    expect(await operate(made, 'transfers:create', 6)).toBe(refused)
    expect(made.records.at(-1)).toMatchObject({
      message: expect.stringContaining('got a call of cost 6 too many; it can never pass'),
      quota: { service: { retryAfter: Number.POSITIVE_INFINITY } },
    })
  })

  it('nothing when it is denied', async () => {
    const made = await world({ rate_limit: 5 })
    expect(await operate(made, 'transfers:delete', 4)).toBe('403 operation_denied')
    expect(await made.callTimes(5)).toEqual([...allowed(4), refused])
  })

  it('of a budget of its own', async () => {
    const made = await world({ rate_limit: { 'transfers:create': 2 } })
    const answers: string[] = []
    for (let count = 0; count < 4; count += 1) answers.push(await operate(made, 'transfers:create'))
    expect(answers).toEqual([...allowed(2), refused, refused])
    expect(await operate(made, 'transfers:read')).toBe('admitted')
    expect(made.records.at(-3)).toMatchObject({
      quota: { operation: { name: 'transfers:create', remaining: 0 } },
    })
  })

  it('of both: a refused operation has spent no more than its call', async () => {
    const made = await world(
      { tier: 'internal', rate_limit: { 'transfers:create': 1 } },
      { quota: { tiers: [{ name: 'internal', rate: 10 }] } },
    )
    expect(await operate(made, 'transfers:create', 5)).toBe(refused)
    expect(await made.callTimes(10)).toEqual([...allowed(9), refused])
  })

  it.each([0, -1, 1.5, Number.NaN, '5', null, 1_000_001])(
    'a cost of %j is misuse',
    async (cost) => {
      const { m2m, call } = await world({})
      const service = serviceIn(await call())
      const ask = () =>
        m2m.authorize(service, ops[0] ?? '', undefined, undefined, undefined, cost as number)
      expect(ask).toThrow(TypeError)
    },
  )

  it('explain spends nothing', async () => {
    const { call, callTimes } = await world({ rate_limit: 3 })
    const service = serviceIn(await call())
    for (let count = 0; count < 10; count += 1) {
      expect(await service.explain('transfers:create')).toMatchObject({ admitted: true })
    }
    expect(await callTimes(3)).toEqual([...allowed(2), refused])
  })
})

describe('what changes while calls come', () => {
  it('rule 5: a registration with another rate counts from the next call on', async () => {
    const services = (rate: number) => ({ billing: { clients: [{ clientId: 'billing' }], rate } })
    const { callTimes, m2m } = await world({}, { services: services(100) })
    expect(await callTimes(2)).toEqual(allowed(2))
    m2m.setServices(services(0))
    expect(await callTimes(1)).toEqual([refused])
  })

  it("rule 5: so does another rate of the policy's tier", async () => {
    const policy = { version: 1, rate: 100, rulesFor: () => [], rateOf: () => policy.rate }
    const { callTimes } = await world({}, { policy })
    expect(await callTimes(2)).toEqual(allowed(2))
    Object.assign(policy, { version: 2, rate: 0 })
    expect(await callTimes(1)).toEqual([refused])
  })

  it('a token that expires while the store thinks is refused', async () => {
    const slow: QuotaStore = {
      charge: async () => {
        clock.advance(3_600_000)
        return { allowed: true, remaining: 1, resetAfter: 1, retryAfter: 0 }
      },
    }
    const { callTimes, clock } = await world({ rate_limit: 5 }, { quota: { store: slow } })
    expect(await callTimes(1)).toEqual(['401 token_expired'])
  })

  it('a policy whose rate is none is a fault of the policy: never admitted', async () => {
    const policy = { version: 1, rulesFor: () => [], rateOf: () => 'fast' }
    const { call } = await world({}, { policy })
    await expect((async () => call())()).rejects.toMatchObject({ code: 'M2M_CFG_POLICY_INVALID' })
  })
})

describe('rule 1: a store that fails is never the fault of the caller', () => {
  const store: QuotaStore = { charge: () => Promise.reject(new Error('away')) }

  it("'deny' is 503 with Retry-After", async () => {
    const { call, records } = await world(
      { rate_limit: 5 },
      { quota: { store, onStoreError: 'deny' } },
    )
    expect(refusalIn(await call())).toMatchObject({
      kind: 'unavailable',
      code: 'authorization_unavailable',
      reply: { status: 503, headers: { 'Retry-After': '1' } },
    })
    expect(records.at(-1)).toMatchObject({
      outcome: 'unavailable',
      cause: 'quota_store_unavailable',
    })
  })

  it("'allow' admits, and says nothing of what is left", async () => {
    const { call } = await world({ rate_limit: 0 }, { quota: { store, onStoreError: 'allow' } })
    const verdict = await call()
    expect(verdict).toMatchObject({ admitted: true, headers: {} })
    expect(verdict).not.toHaveProperty('quota')
  })

  it("'local' goes on counting", async () => {
    const { callTimes } = await world({ rate_limit: 2 }, { quota: { store } })
    expect(await callTimes(3)).toEqual([...allowed(2), refused])
  })

  it.each([
    [60, 4],
    [20, 4],
  ])(
    "'local' lets an operation of cost 20 through, of %d at once among %d processes",
    async (rate_limit, instances) => {
      const { m2m, call, clock } = await world({ rate_limit }, { quota: { store, instances } })
      const ask = async () => {
        const verdict = await call()
        if (!verdict.admitted) return verdict
        const { service } = verdict
        return m2m.authorize(service, 'transfers:create', undefined, undefined, undefined, 20)
      }
      expect(await inShort(ask())).toBe('admitted')
      expect(await inShort(call())).toBe(refused)
      clock.advance(60_000)
      expect(await inShort(ask()), 'its share comes back no faster').toBe(refused)
      clock.advance(200_000)
      expect(await inShort(ask())).toBe('admitted')
    },
  )

  it("'local' still says of a cost above the whole burst that it can never pass", async () => {
    const { m2m, call, records } = await world(
      { rate_limit: 60 },
      { quota: { store, instances: 4 } },
    )
    const service = serviceIn(await call())
    await m2m.authorize(service, 'transfers:create', undefined, undefined, undefined, 61)
    expect(records.at(-1)).toMatchObject({
      message: expect.stringContaining('it can never pass'),
    })
  })
})
