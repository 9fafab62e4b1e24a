import fc from 'fast-check'
import { parseList } from 'structured-headers'
import { describe, expect, it } from 'vitest'
import type { Quota, QuotaState } from '../../src/quota/quota.js'
import { createQuotaHeaders, quotaHeaders, waitOf } from '../../src/quota/quota-headers.js'

declare global {
  /** The parser's types name what only browsers declare. */
  type BufferSource = ArrayBufferView | ArrayBuffer
}

const state = (changes: Partial<QuotaState> = {}): QuotaState => ({
  name: 'service',
  limit: 100,
  window: 60,
  burst: 100,
  remaining: 40,
  resetAfter: 36,
  retryAfter: 0,
  source: 'tier',
  ...changes,
})

describe('quotaHeaders (draft-ietf-httpapi-ratelimit-headers)', () => {
  it.each<[string, Quota, object]>([
    [
      'a service with some left',
      { service: state() },
      { RateLimit: '"service";r=40;t=36', 'RateLimit-Policy': '"service";q=100;w=60' },
    ],
    [
      'the last one: t is when the next can pass, not when all is back',
      { service: state({ remaining: 0, resetAfter: 60 }) },
      { RateLimit: '"service";r=0;t=1', 'RateLimit-Policy': '"service";q=100;w=60' },
    ],
    [
      'refused',
      { service: state({ remaining: 0, resetAfter: 60, retryAfter: 0.4 }) },
      { RateLimit: '"service";r=0;t=1', 'RateLimit-Policy': '"service";q=100;w=60' },
    ],
    [
      'refused for ever',
      { service: state({ limit: 0, burst: 0, remaining: 0, resetAfter: 0, retryAfter: Infinity }) },
      { RateLimit: '"service";r=0;t=60', 'RateLimit-Policy': '"service";q=0;w=60' },
    ],
    [
      'an operation too',
      { service: state(), operation: state({ name: 'transfers:create', limit: 5, remaining: 2 }) },
      {
        RateLimit: '"service";r=40;t=36, "transfers:create";r=2;t=36',
        'RateLimit-Policy': '"service";q=100;w=60, "transfers:create";q=5;w=60',
      },
    ],
    [
      'a window that is no whole number of seconds',
      { service: state({ window: 0.5, resetAfter: 0.2 }) },
      { RateLimit: '"service";r=40;t=1', 'RateLimit-Policy': '"service";q=100' },
    ],
    ['nothing', {}, {}],
  ])('%s', (_what, quota, expected) => {
    expect(quotaHeaders(quota)).toEqual(expected)
  })

  it('row 55: whatever the numbers, an independent parser reads them, and they make sense', () => {
    const amount = fc.double({ min: 0, max: 1e18, noNaN: true })
    const states = fc
      .record({
        name: fc.constantFrom('service', 'transfers:create', 'a.b-c_d:e:f'),
        limit: fc.oneof(fc.nat(1000), amount),
        window: fc.oneof(
          fc.integer({ min: 1, max: 31_622_400 }),
          fc.double({ min: 0.001, max: 9, noNaN: true }),
        ),
        burst: fc.nat(100_000),
        remaining: fc.nat(100_000),
        resetAfter: amount,
        retryAfter: fc.oneof(fc.constant(0), fc.constant(Number.POSITIVE_INFINITY), amount),
      })
      .map((one) => state(one))
    const quotas = fc.record({ service: states, operation: states }, { requiredKeys: [] })
    fc.assert(
      fc.property(quotas, (quota) => {
        const present = [quota.service, quota.operation].filter((one) => one !== undefined)
        const headers = quotaHeaders(quota)
        if (present.length === 0) {
          expect(headers).toEqual({})
          return
        }
        const limits = parseList(String(headers['RateLimit']))
        const policies = parseList(String(headers['RateLimit-Policy']))
        expect(limits.map(([name]) => name)).toEqual(present.map(({ name }) => name))
        expect(policies.map(([name]) => name)).toEqual(present.map(({ name }) => name))
        for (const [index, { retryAfter, window }] of present.entries()) {
          const limit = Object.fromEntries(limits[index]?.[1] ?? [])
          const policy = Object.fromEntries(policies[index]?.[1] ?? [])
          expect(Object.keys(limit)).toEqual(['r', 't'])
          for (const value of [limit['r'], limit['t'], policy['q']]) {
            expect(Number.isInteger(value) && Number(value) >= 0).toBe(true)
          }
          expect(Number(limit['r'])).toBeLessThanOrEqual(Number(policy['q']))
          if ('w' in policy) expect(policy['w']).toBe(window)
          else expect(Number.isInteger(window)).toBe(false)
          if (retryAfter > 0) expect(limit['t']).toBe(waitOf(retryAfter, window))
        }
      }),
      { numRuns: 2000 },
    )
  })
})

describe('createQuotaHeaders', () => {
  const few = fc.constantFrom(0, 1, 2)
  const states = fc
    .record({
      limit: fc.constantFrom(0.5, 1, 2),
      window: fc.constantFrom(0.5, 1, 60),
      burst: few,
      remaining: few,
      resetAfter: fc.constantFrom(0, 0.5, 1, 1.5, 60),
      retryAfter: fc.constantFrom(0, 0.5, 1.5, Number.POSITIVE_INFINITY),
    })
    .map((one) => state(one))
  const operations = states.map((one) => ({ ...one, name: 'transfers:create' }))
  const quotas = fc.record({ service: states, operation: operations }, { requiredKeys: [] })

  it('says of each call what quotaHeaders says of it, whatever it said before', () => {
    fc.assert(
      fc.property(fc.array(quotas, { minLength: 2, maxLength: 20 }), (calls) => {
        const headersOf = createQuotaHeaders()
        for (const quota of calls) expect(headersOf(quota)).toEqual(quotaHeaders(quota))
      }),
      { numRuns: 1000 },
    )
  })

  it('what callers do with a state or with headers changes nothing for the next', () => {
    const headersOf = createQuotaHeaders()
    const first = { ...state() }
    const headers = headersOf({ service: first })
    Object.assign(first, { remaining: 7, limit: 9 })
    Object.assign(headers, { RateLimit: 'mine' })
    for (const next of [state(), state({ remaining: 7 }), state({ remaining: 7, limit: 9 })]) {
      expect(headersOf({ service: next })).toEqual(quotaHeaders({ service: next }))
    }
  })
})
