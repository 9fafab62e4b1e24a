import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { describe, expect, it } from 'vitest'
import { createM2M } from '../../src/m2m/create-m2m.js'
import type { IssuerOptions, M2MOptions } from '../../src/options/options.js'
import type { PolicySubject } from '../../src/policy/policy.js'
import { inShort, memorySink, requestWith } from './fixture.js'

/** Our own issuer and a partner's, on one M2M; every URL that is fetched is kept. */
const setUpTwo = async (
  partnerOptions: Partial<IssuerOptions> = {},
  options: Partial<M2MOptions> = {},
) => {
  const own = await createTestIssuer({ issuer: 'https://own.test' })
  const partner = await createTestIssuer({ issuer: 'https://partner.test' })
  const fetched: string[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    fetched.push(String(input))
    const issuer = String(input).startsWith('https://own.test/') ? own : partner
    return issuer.fetch(input, init)
  }
  const sink = memorySink()
  const trust = ['service_id', 'tier', 'allowed_ops', 'rate_limit'] as const
  const m2m = createM2M({
    issuers: [
      { issuer: own.issuer, audience: own.audience, trust },
      { issuer: partner.issuer, audience: partner.audience, ...partnerOptions },
    ],
    fetch,
    audit: { sinks: [sink], unauthenticatedPerSecond: 1_000_000 },
    ...options,
  })
  const meet = async (token: string) => {
    const verdict = await m2m.authenticate(requestWith(token))
    if (verdict.admitted) return verdict.service
    throw new Error(`expected a service, got ${verdict.code}`)
  }
  return { own, partner, fetched, m2m, sink, meet }
}

/** What a partner would have to claim to be our billing service. */
const boast = {
  id: 'mallory',
  tier: 'internal',
  allowedOps: ['transfers:create'],
  rateLimit: 1_000_000,
  claims: { service_id: 'billing' },
}

describe('rule 10: who may say who you are', () => {
  it('a partner asserts nothing by default', async () => {
    const { m2m, meet, own, partner } = await setUpTwo()
    const service = await meet(await partner.service(boast))
    expect(service).toMatchObject({
      id: 'mallory',
      clientId: 'mallory',
      issuer: 'https://partner.test',
      tier: undefined,
      allowedOps: undefined,
    })
    expect(service.rateLimit).toBeUndefined()
    expect(await inShort(m2m.authorize(service, 'transfers:create'))).toBe('403 operation_denied')
    const real = await meet(await own.service(boast))
    expect(real).toMatchObject({ id: 'billing', tier: 'internal', issuer: 'https://own.test' })
    expect(await inShort(m2m.authorize(real, 'transfers:create'))).toBe('admitted')
  })

  it('it asserts exactly what it is trusted with', async () => {
    const { meet, partner } = await setUpTwo({ trust: ['tier'] })
    expect(await meet(await partner.service(boast))).toMatchObject({
      id: 'mallory',
      tier: 'internal',
      allowedOps: undefined,
    })
  })

  it('a fixed tier is its tier, whatever its tokens and its trust say', async () => {
    for (const trust of [[], ['tier']] as const) {
      const { meet, partner } = await setUpTwo({ tier: 'partner', trust })
      const service = await meet(await partner.service(boast))
      expect(service.tier).toBe('partner')
    }
  })

  it('claims that are not believed are not even read, but for operations, which narrow', async () => {
    const { meet, own, m2m, partner } = await setUpTwo()
    const claims = { service_id: 7, tier: {}, rate_limit: -1 }
    expect((await meet(await partner.service({ id: 'a', claims }))).id).toBe('a')
    const malformed = await partner.service({ id: 'a', claims: { allowed_ops: 'x'.repeat(5000) } })
    expect(await inShort(m2m.authenticate(requestWith(malformed)))).toBe('401 invalid_token')
    expect(await inShort(m2m.authenticate(requestWith(await own.service({ claims }))))).toBe(
      '401 invalid_token',
    )
  })

  it('rule 2: what a token does not allow stays so when a second issuer makes trust none', async () => {
    const everything = { name: 'all', effect: 'allow', operations: ['transfers:*'] } as const
    const policy = { version: 1, rulesFor: () => [everything] }
    const { m2m, meet, partner } = await setUpTwo({}, { policy })
    const reader = await partner.service({ id: 'reader', allowedOps: ['transfers:read'] })
    const service = await meet(reader)
    expect(await inShort(m2m.authorize(service, 'transfers:read'))).toBe('admitted')
    expect(await inShort(m2m.authorize(service, 'transfers:delete'))).toBe('403 operation_denied')
    expect((await m2m.explain(service, 'transfers:delete')).text).toContain('token: forbid')
    expect(service.ability.can('read', { type: 'transfers' })).toBe(true)
    expect(service.ability.can('delete', { type: 'transfers' })).toBe(false)
  })

  it('a partner client of the same name is another principal, in the policy and in the record', async () => {
    const asked: PolicySubject[] = []
    const allow = { name: 'billing', effect: 'allow', operations: ['transfers:create'] } as const
    const rulesFor = (subject: PolicySubject) => {
      asked.push(subject)
      return subject.issuer === 'https://own.test' && subject.clientId === 'billing' ? [allow] : []
    }
    const { m2m, meet, own, partner, sink } = await setUpTwo(
      {},
      { policy: { version: 1, rulesFor } },
    )
    const ours = await meet(await own.service({ id: 'billing' }))
    const theirs = await meet(await partner.service({ id: 'billing' }))
    expect(await inShort(m2m.authorize(ours, 'transfers:create'))).toBe('admitted')
    expect(await inShort(m2m.authorize(theirs, 'transfers:create'))).toBe('403 operation_denied')
    expect(asked.map(({ issuer, clientId }) => [issuer, clientId])).toEqual([
      ['https://own.test', 'billing'],
      ['https://partner.test', 'billing'],
    ])
    expect(sink.records.at(-1)?.service).toMatchObject({ issuer: 'https://partner.test' })
  })
})

describe('rule 10: registered services and a partner', () => {
  const services = {
    billing: { clients: [{ issuer: 'https://own.test', clientId: 'c-1' }], tier: 'internal' },
    acme: { clients: [{ issuer: 'https://partner.test', clientId: 'c-1' }], tier: 'partner' },
  }
  const asOwn = { id: 'c-1', allowedOps: ['transfers:create'] }
  const notAdmitted = '403 service_not_admitted'

  it('the same client id is at each issuer who is registered there', async () => {
    const { meet, own, partner } = await setUpTwo({}, { services })
    expect(await meet(await own.service(asOwn))).toMatchObject({ id: 'billing', tier: 'internal' })
    expect(await meet(await partner.service(asOwn))).toMatchObject({ id: 'acme', tier: 'partner' })
  })

  it('a partner that says it is billing, and internal, gains nothing', async () => {
    const { m2m, meet, own, partner } = await setUpTwo({}, { services })
    const registered = await meet(await partner.service({ ...boast, id: 'c-1' }))
    expect(registered).toMatchObject({ id: 'acme', tier: 'partner', allowedOps: undefined })
    expect(await inShort(m2m.authorize(registered, 'transfers:create'))).toBe(
      '403 operation_denied',
    )
    const other = await meet(await partner.service(boast))
    expect(other).toMatchObject({ id: 'mallory', tier: undefined, allowedOps: undefined })
    const real = await meet(await own.service(asOwn))
    expect(await inShort(m2m.authorize(real, 'transfers:create'))).toBe('admitted')
  })

  it('nor does one that is trusted to name its services, or that calls a client billing', async () => {
    const trust = ['service_id', 'tier'] as const
    const { m2m, partner, sink } = await setUpTwo({ trust }, { services })
    for (const spec of [boast, { ...boast, id: 'c-1' }, { id: 'billing' }]) {
      const token = await partner.service(spec)
      expect(await inShort(m2m.authenticate(requestWith(token)))).toBe(notAdmitted)
      expect(sink.records.at(-1)).toMatchObject({ cause: 'service_id_taken', stage: 'principal' })
    }
  })

  it('nor does one that signs in our name, with the same kid', async () => {
    const own = await createTestIssuer({ issuer: 'https://own.test' })
    const partner = await createTestIssuer({ issuer: 'https://partner.test' })
    const withKid = ({ issuer, audience, jwks }: TestIssuer) => ({
      issuer,
      audience,
      jwks: { keys: jwks().keys.map((key) => ({ ...key, kid: 'k-1' })) },
    })
    const audit = { sinks: [memorySink()] }
    const m2m = createM2M({ issuers: [withKid(own), withKid(partner)], services, audit })
    const spec = { ...asOwn, header: { kid: 'k-1' } }
    const forged = await partner.service({ ...spec, claims: { iss: own.issuer } })
    expect(await inShort(m2m.authenticate(requestWith(forged)))).toBe('401 invalid_token')
    const honest = await m2m.authenticate(requestWith(await own.service(spec)))
    expect(honest.admitted && honest.service.id).toBe('billing')
    const theirs = await m2m.authenticate(requestWith(await partner.service(spec)))
    expect(theirs.admitted && theirs.service.id).toBe('acme')
  })

  it('where registration is required, an issuer that is trusted with everything admits nobody new', async () => {
    const trust = ['service_id', 'tier', 'allowed_ops', 'rate_limit'] as const
    const { m2m, meet, own, partner } = await setUpTwo(
      { trust },
      { services, requireRegistered: true },
    )
    for (const token of [await partner.service(boast), await own.service({ id: 'c-2' })]) {
      expect(await inShort(m2m.authenticate(requestWith(token)))).toBe(notAdmitted)
    }
    expect((await meet(await own.service(asOwn))).id).toBe('billing')
  })

  it('no fetch goes to an issuer that is not configured, registered clients or not', async () => {
    const { fetched, m2m, own } = await setUpTwo({}, { services, requireRegistered: true })
    const token = await own.service({ ...asOwn, claims: { iss: 'https://evil.test' } })
    expect(await inShort(m2m.authenticate(requestWith(token)))).toBe('401 invalid_token')
    expect(fetched).toEqual([])
  })
})

describe('threat row 16: issuers are never mixed up', () => {
  const claimsOf = (issuer: TestIssuer) => {
    const now = Math.floor(Date.now() / 1000)
    const { audience } = issuer
    const who = { sub: 'billing', client_id: 'billing', jti: 'j-1' }
    return { ...who, iss: issuer.issuer, aud: audience, iat: now, exp: now + 60 }
  }

  it('a token of one issuer that claims to be of the other is refused', async () => {
    const { m2m, own, partner } = await setUpTwo()
    await m2m.ready()
    for (const header of [{}, { kid: own.jwks().keys[0]?.kid }]) {
      const token = await partner.sign({ header, claims: claimsOf(own) })
      expect(await inShort(m2m.authenticate(requestWith(token)))).toBe('401 invalid_token')
    }
    const honest = await partner.sign({ claims: claimsOf(partner) })
    expect(await inShort(m2m.authenticate(requestWith(honest)))).toBe('admitted')
  })

  it('the same kid in two issuers names two keys', async () => {
    const own = await createTestIssuer({ issuer: 'https://own.test' })
    const partner = await createTestIssuer({ issuer: 'https://partner.test' })
    const withKid = (issuer: TestIssuer) => ({
      issuer: issuer.issuer,
      audience: issuer.audience,
      jwks: { keys: issuer.jwks().keys.map((key) => ({ ...key, kid: 'k-1' })) },
    })
    const issuers = [withKid(own), withKid(partner)]
    const m2m = createM2M({ issuers, audit: { sinks: [memorySink()] } })
    const header = { kid: 'k-1' }
    const rows = [
      [await own.sign({ header, claims: claimsOf(own) }), 'admitted'],
      [await partner.sign({ header, claims: claimsOf(partner) }), 'admitted'],
      [await partner.sign({ header, claims: claimsOf(own) }), '401 invalid_token'],
      [await own.sign({ header, claims: claimsOf(partner) }), '401 invalid_token'],
    ] as const
    for (const [token, expected] of rows) {
      expect(await inShort(m2m.authenticate(requestWith(token)))).toBe(expected)
    }
  })

  it.each([
    'https://evil.test',
    'https://own.test/',
    'https://OWN.test',
    'http://own.test',
    'https://own.test.evil.test',
    'https://own.test@evil.test',
    'https://own.tes',
    '',
    ' https://own.test',
    '__proto__',
    ['https://own.test'],
    { 0: 'https://own.test' },
    null,
    7,
    undefined,
  ])('no fetch to an issuer that is not configured: %j', async (iss) => {
    const { fetched, m2m, own } = await setUpTwo()
    const token = await own.service({ claims: { iss } })
    expect(await inShort(m2m.authenticate(requestWith(token)))).toBe('401 invalid_token')
    expect(fetched).toEqual([])
  })

  it('a token that names its own keys causes no fetch (threat row 5)', async () => {
    const { fetched, m2m, own } = await setUpTwo()
    const jwk = own.jwks().keys[0]
    for (const header of [{ jku: 'https://evil.test' }, { x5u: 'https://evil.test' }, { jwk }]) {
      const token = await own.service({ header })
      expect(await inShort(m2m.authenticate(requestWith(token)))).toBe('401 invalid_token')
    }
    expect(fetched).toEqual([])
  })

  it('a token asks only for the keys of its own issuer', async () => {
    const { fetched, meet, own } = await setUpTwo()
    await meet(await own.service())
    expect(fetched.length).toBeGreaterThan(0)
    expect(fetched.every((url) => url.startsWith('https://own.test/'))).toBe(true)
  })

  it('an outage of one issuer is none of the other', async () => {
    const { m2m, meet, own, partner } = await setUpTwo()
    partner.fail('network')
    expect((await meet(await own.service())).id).toBe('billing')
    expect(await inShort(m2m.authenticate(requestWith(await partner.service())))).toBe(
      '503 authorization_unavailable',
    )
  })
})
