import { describe, expect, it } from 'vitest'
import { consequenceOf } from '../../src/m2m/consequence.js'
import { createGuard } from '../../src/m2m/guard.js'
import { createOperationGuard } from '../../src/m2m/operation-guard.js'
import { quotaOf } from '../../src/m2m/slot.js'
import { inShort, problemsOf, requestWith, setUp } from './fixture.js'

const internal = { requiredScope: 's2s:internal' }
const budget = { claims: { rate_limit: 10 }, allowedOps: ['transfers:create'] }
const leftOn = (request: object): number | undefined => quotaOf(request)?.service?.remaining

describe('a request is charged once', () => {
  it('by guards of the same M2M, one behind the other', async () => {
    const { issuer, m2m } = await setUp()
    const [outer, inner] = [
      createGuard({ m2m, ...internal }),
      createGuard({ m2m, requiredScope: null }),
    ]
    const request = requestWith(await issuer.service(budget))
    for (const guard of [outer, inner, outer])
      expect(await inShort(guard.check(request))).toBe('admitted')
    expect(leftOn(request)).toBe(9)
    const next = requestWith(String(request.headers['authorization']).slice(7))
    await outer.check(next)
    expect(leftOn(next)).toBe(8)
  })

  it('also behind the guard of another M2M, which charges for itself', async () => {
    const { issuer, m2m } = await setUp()
    const { m2m: other } = await setUp('issuer', { ...issuer.asOptions() })
    const request = requestWith(await issuer.service(budget))
    const [first, second] = [
      createGuard({ m2m, ...internal }),
      createGuard({ m2m: other, ...internal }),
    ]
    for (const guard of [first, second, first]) await guard.check(request)
    expect(leftOn(request)).toBe(9)
    const next = requestWith(String(request.headers['authorization']).slice(7))
    for (const guard of [second, first]) await guard.check(next)
    expect(leftOn(next)).toBe(8)
  })

  it('also with guards of a service that nobody limits in between', async () => {
    const { issuer, m2m } = await setUp()
    const unlimited = await issuer.service({ claims: { client_id: 'webhook', sub: 'webhook' } })
    const request = requestWith(await issuer.service(budget))
    Object.assign(request.headers, { 'x-service-authorization': `Bearer ${unlimited}` })
    const usual = createGuard({ m2m, ...internal })
    const apart = createGuard({ m2m, ...internal, header: 'x-service-authorization' })
    for (const guard of [usual, apart, usual, apart, usual]) {
      expect(await inShort(guard.check(request))).toBe('admitted')
      expect(leftOn(request)).toBe(9)
    }
  })

  it('also by a guard that reads another header, unless that brings another service', async () => {
    const { issuer, m2m } = await setUp()
    const token = await issuer.service(budget)
    const webhook = await issuer.service({
      ...budget,
      claims: { ...budget.claims, client_id: 'webhook', sub: 'webhook' },
    })
    const usual = createGuard({ m2m, ...internal })
    const apart = createGuard({ m2m, ...internal, header: 'x-service-authorization' })
    const call = async (second: string): Promise<number | undefined> => {
      const request = requestWith(token)
      Object.assign(request.headers, { 'x-service-authorization': `Bearer ${second}` })
      await usual.check(request)
      await apart.check(request)
      return leftOn(request)
    }
    expect(await call(token)).toBe(9)
    expect(await call(token)).toBe(8)
    expect(await call(webhook)).toBe(9)
    expect(await call(webhook)).toBe(8)
  })
})

describe('what the response is told', () => {
  it('the budget of the service, then of the operation as well', async () => {
    const { issuer, m2m } = await setUp('issuer', { quota: { tiers: [{ name: 'a', rate: 10 }] } })
    const claims = { rate_limit: { 'transfers:create': 5 } }
    const request = requestWith(await issuer.service({ ...budget, claims }))
    const guard = createGuard({ m2m, ...internal })
    const operation = createOperationGuard('transfers:create', { cost: 2 })
    expect(consequenceOf(await guard.check(request), request).headers).toEqual({
      RateLimit: '"service";r=9;t=6',
      'RateLimit-Policy': '"service";q=10;w=60',
    })
    expect(consequenceOf(await operation(request, undefined), request).headers).toEqual({
      RateLimit: '"service";r=8;t=12, "transfers:create";r=3;t=24',
      'RateLimit-Policy': '"service";q=10;w=60, "transfers:create";q=5;w=60',
    })
    expect(quotaOf(request)).toMatchObject({
      service: { remaining: 8 },
      operation: { remaining: 3 },
    })
  })

  it('nothing anew by a check that charged nothing', async () => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service(budget))
    await createGuard({ m2m, ...internal }).check(request)
    const verdict = await createOperationGuard('transfers:create')(request, undefined)
    expect(consequenceOf(verdict, request).headers).toEqual({})
    expect(leftOn(request)).toBe(9)
  })

  it('429 by requireOp is as final as any refusal', async () => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service(budget))
    await createGuard({ m2m, ...internal }).check(request)
    const dear = createOperationGuard('transfers:create', { cost: 50 })
    const cheap = createOperationGuard('transfers:create')
    expect(await inShort(dear(request, undefined) as never)).toBe('429 quota_exceeded')
    expect(await inShort(cheap(request, undefined) as never)).toBe('429 quota_exceeded')
  })

  it('a refused request knows its quota too, for error handlers and logs', async () => {
    const { issuer, m2m } = await setUp()
    const token = await issuer.service({
      claims: { rate_limit: 1 },
      allowedOps: ['transfers:create'],
    })
    const guard = createGuard({ m2m, ...internal, refusals: 'throw' })
    await guard.check(requestWith(token))
    const request = requestWith(token)
    expect(await guard.check(request)).toMatchObject({ quota: { service: { remaining: 0 } } })
    expect(quotaOf(request)?.service).toMatchObject({ limit: 1, remaining: 0 })
    expect(quotaOf(request)?.service?.retryAfter).toBeGreaterThan(0)
    const other = requestWith(
      await issuer.service({ ...budget, claims: { ...budget.claims, client_id: 'w', sub: 'w' } }),
    )
    await createGuard({ m2m, ...internal }).check(other)
    createOperationGuard('transfers:create', { cost: 50 })(other, undefined)
    expect(quotaOf(other)?.service).toMatchObject({ remaining: 9 })
    expect(quotaOf(other)?.service?.retryAfter).toBe(Number.POSITIVE_INFINITY)
  })

  it('rule: a hand-made quota on the request is nothing', async () => {
    const request = { ...requestWith(), quota: { service: { remaining: 5 } } }
    expect(quotaOf(request)).toBeUndefined()
  })
})

describe('requireOp({ cost })', () => {
  it.each([0, -1, 1.5, Number.NaN, '5', null])('%j is a misconfiguration', (cost) => {
    const problems = problemsOf(() =>
      createOperationGuard('transfers:create', { cost: cost as number }),
    )
    expect(problems).toMatchObject([{ code: 'M2M_CFG_OPTION_INVALID', path: 'cost' }])
  })
})
