import { describe, expect, it } from 'vitest'
import { createGuard, type GuardOptions } from '../../src/m2m/guard.js'
import { createOperationGuard } from '../../src/m2m/operation-guard.js'
import { serviceOf, slotOf } from '../../src/m2m/slot.js'
import { inShort, problemsOf, requestWith, setUp } from './fixture.js'

const create = createOperationGuard('transfers:create')
const placed = async (options: Partial<GuardOptions> = {}) => {
  const world = await setUp()
  const placement = { requiredScope: 's2s:internal', onForeignToken: 'next', ...options } as const
  const guard = createGuard({ m2m: world.m2m, ...placement })
  const pass = async (token?: string, request = requestWith(token)) => {
    const verdict = await guard.check(request)
    if (!verdict.admitted && verdict.passedOn) return { request, told: 'passed on' }
    return { request, told: await inShort(verdict) }
  }
  return { ...world, guard, pass }
}

describe("onForeignToken: 'next' passes on", () => {
  it('a token of another issuer, whoever signed it', async () => {
    const { pass } = await placed()
    const other = await setUp('login')
    expect((await pass(await other.issuer.service())).told).toBe('passed on')
    expect((await pass(await other.issuer.user())).told).toBe('passed on')
  })

  it('a token of ours for another audience, or for none', async () => {
    const { issuer, pass } = await placed()
    expect((await pass(await issuer.wrongAudience())).told).toBe('passed on')
    const none = await issuer.user({ claims: { aud: undefined } })
    expect((await pass(none)).told).toBe('passed on')
  })

  it("a verified token of ours that is a user's, every time it comes", async () => {
    const { issuer, pass } = await placed()
    const token = await issuer.user()
    expect((await pass(token)).told).toBe('passed on')
    expect((await pass(token)).told).toBe('passed on')
  })

  it('and fetches nothing for a token of another issuer', async () => {
    const { issuer, pass } = await placed()
    const other = await setUp('login')
    await pass(await other.issuer.service())
    expect(issuer.requests).toEqual([])
  })
})

describe("onForeignToken: 'next' still refuses", () => {
  it.each<[string, (world: Awaited<ReturnType<typeof placed>>) => Promise<string>, string]>([
    ['a forged user token of ours', ({ issuer }) => user(issuer.otherKey), '401 invalid_token'],
    ['an expired one', ({ issuer }) => user(issuer.expired), '401 token_expired'],
    ['an unknown key', ({ issuer }) => user(issuer.unknownKey), '401 invalid_token'],
    ['no JWT', async () => 'opaque', '401 invalid_token'],
    ['a second token', async ({ issuer }) => `${await issuer.user()},x`, '400 invalid_request'],
    [
      'a service without the scope',
      ({ issuer }) => issuer.service({ scope: 'other' }),
      '403 insufficient_scope',
    ],
    [
      'a delegated token',
      ({ issuer }) => issuer.service({ claims: { act: { sub: 'x' } } }),
      '403 principal_type_mismatch',
    ],
    [
      'what cannot be told',
      ({ issuer }) => issuer.service({ claims: { azp: 'other' } }),
      '403 principal_unclassified',
    ],
    ['an ID token', ({ issuer }) => user(issuer.user, { nonce: '1' }), '401 invalid_token'],
  ])('%s', async (_what, mint, told) => {
    const world = await placed()
    expect((await world.pass(await mint(world))).told).toBe(told)
    expect(world.records).toHaveLength(1)
  })

  it('no credential', async () => {
    const { pass } = await placed()
    expect((await pass()).told).toBe('401 credentials_missing')
  })

  it('and 503 while the keys of ours cannot be had', async () => {
    const { issuer, pass } = await placed()
    issuer.fail('network')
    expect((await pass(await issuer.user())).told).toBe('503 authorization_unavailable')
  })
})

const user = (
  mint: (spec: { claims: Record<string, unknown> }) => Promise<string>,
  claims: Record<string, unknown> = {},
): Promise<string> => mint({ claims: { sub: 'user-1', ...claims } })

describe("onNoCredential: 'next'", () => {
  it('passes on requests without a bearer token, and nothing else', async () => {
    const { issuer, pass } = await placed({ onForeignToken: 'refuse', onNoCredential: 'next' })
    expect((await pass()).told).toBe('passed on')
    const basic = { ...requestWith(), headers: { authorization: 'Basic dXNlcjpwYXNz' } }
    expect((await pass(undefined, basic)).told).toBe('passed on')
    const twice = {
      ...requestWith('a'),
      rawHeaders: ['Authorization', 'Bearer a', 'authorization', 'Bearer b'],
    }
    expect((await pass(undefined, twice)).told).toBe('400 invalid_request')
    const list = { ...requestWith(), headers: { authorization: 'Bearer  a' } }
    expect((await pass(undefined, list)).told).toBe('400 invalid_request')
    expect((await pass(await issuer.wrongAudience())).told).toBe('401 invalid_token')
    expect((await pass(await issuer.user())).told).toBe('403 principal_type_mismatch')
  })
})

describe('a request that was passed on has no service', () => {
  it('getService throws, requireOp refuses and records once', async () => {
    const { issuer, pass, records } = await placed({ onNoCredential: 'next' })
    for (const [token, told] of [
      [await issuer.user(), '403 principal_type_mismatch'],
      [await issuer.wrongAudience(), '401 invalid_token'],
      [undefined, '401 credentials_missing'],
    ] as const) {
      records.length = 0
      const { request } = await pass(token)
      expect(records).toEqual([])
      expect(slotOf(request)).toMatchObject({ service: null, passedOn: true })
      expect(slotOf(request)?.refusal).not.toHaveProperty('passedOn')
      expect(() => serviceOf(request)).toThrow(expect.objectContaining({ code: told.slice(4) }))
      const verdict = await create(request, request)
      expect(verdict).not.toHaveProperty('passedOn')
      expect(await inShort(verdict)).toBe(told)
      expect(records.map(({ outcome }) => outcome)).toEqual(['refused'])
      expect(await inShort(create(request, request))).toBe(told)
      expect(records).toHaveLength(1)
    }
  })

  it('a forged service on the request changes nothing', async () => {
    const { issuer, pass } = await placed()
    const { request } = await pass(await issuer.user())
    request['service'] = { id: 'billing' }
    expect(await inShort(create(request, request))).toBe('403 principal_type_mismatch')
  })

  it('a stricter guard after it judges anew', async () => {
    const { issuer, m2m, pass } = await placed()
    const strict = createGuard({ m2m, requiredScope: null })
    const { request } = await pass(await issuer.user())
    expect(await inShort(strict.check(request))).toBe('403 principal_type_mismatch')
    expect(await inShort(create(request, request))).toBe('403 principal_type_mismatch')
  })

  it('a guard for the issuer that it comes from admits it', async () => {
    const { pass } = await placed()
    const other = await setUp('login')
    const { request } = await pass(await other.issuer.service({ allowedOps: ['transfers:create'] }))
    const second = createGuard({ m2m: other.m2m, requiredScope: 's2s:internal' })
    expect(await inShort(second.check(request))).toBe('admitted')
    expect(await inShort(create(request, request))).toBe('admitted')
  })
})

describe('header: the token of the service beside that of a user', () => {
  it('reads that header and no other, in any case', async () => {
    const { issuer, guard } = await placed({ header: 'X-Service-Authorization' })
    const token = await issuer.service()
    const request = requestWith(await issuer.user())
    const both = {
      ...request,
      headers: { ...request.headers, 'x-service-authorization': `Bearer ${token}` },
    }
    expect(await inShort(guard.check(both))).toBe('admitted')
    expect(await inShort(guard.check(requestWith(token)))).toBe('401 credentials_missing')
  })

  it('refuses it twice', async () => {
    const { guard } = await placed({ header: 'x-service-authorization' })
    const rawHeaders = [
      'X-Service-Authorization',
      'Bearer a',
      'x-service-authorization',
      'Bearer b',
    ]
    const request = {
      ...requestWith(),
      headers: { 'x-service-authorization': 'Bearer a, Bearer b' },
      rawHeaders,
    }
    expect(await inShort(guard.check(request))).toBe('400 invalid_request')
  })

  it('row 21: an inherited header is none', async () => {
    const { guard } = await placed({ header: 'constructor' })
    expect(await inShort(guard.check(requestWith()))).toBe('401 credentials_missing')
  })

  it('requireOp after a request that was passed on looks at the same header', async () => {
    const { issuer, guard, records } = await placed({ header: 'x-service-authorization' })
    const token = await issuer.user()
    const request = {
      ...requestWith(await issuer.service({ allowedOps: ['transfers:create'] })),
      headers: { 'x-service-authorization': `Bearer ${token}` },
    }
    expect(await guard.check(request)).toMatchObject({ passedOn: true })
    expect(await inShort(create(request, request))).toBe('403 principal_type_mismatch')
    expect(records).toHaveLength(1)
  })

  it.each(['', 'cookie', 'Host', 'x y', 'x:y', '__proto__', 'ä', 7, null, ['authorization']])(
    'cannot be %j',
    async (header) => {
      const { m2m } = await setUp()
      const options = { m2m, requiredScope: null, header } as unknown as GuardOptions
      expect(problemsOf(() => createGuard(options)).map(({ path }) => path)).toEqual(['header'])
    },
  )
})

it.each(['onForeignToken', 'onNoCredential'])('rule 1: %s has two values', async (name) => {
  const { m2m } = await setUp()
  for (const value of ['Next', 'pass', true, null, 1]) {
    const options = { m2m, requiredScope: null, [name]: value } as unknown as GuardOptions
    expect(problemsOf(() => createGuard(options)).map(({ path }) => path)).toEqual([name])
  }
})
