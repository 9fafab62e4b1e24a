import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../src/errors/refusal.js'
import { type RateLimit, readRateLimit } from '../../src/principal/read-rate-limit.js'

const read = (value: unknown) => readRateLimit({ rate_limit: value }, 'rate_limit')
const refused = { code: 'invalid_token', cause: 'claim_malformed' }

describe('idp-tokens §2.5: the forms of rate_limit', () => {
  it.each([
    ['a number, per 60 s', 100, { limit: 100, window: 60 }],
    ['none at all', 0, { limit: 0, window: 60 }],
    ['per second', '10/s', { limit: 10, window: 1 }],
    ['per minute', '100/min', { limit: 100, window: 60 }],
    ['per hour', '1000/h', { limit: 1000, window: 3600 }],
    ['per day', '5/d', { limit: 5, window: 86_400 }],
    ['with a burst', '10/s;burst=20', { limit: 10, window: 1, burst: 20 }],
    ['an object', { limit: 100, window: 30 }, { limit: 100, window: 30 }],
    ['an object without window', { limit: 100 }, { limit: 100, window: 60 }],
    [
      'an object with burst',
      { limit: 100, window: 60, burst: 5 },
      { limit: 100, window: 60, burst: 5 },
    ],
    [
      'a map by operation',
      { 'transfers:create': '10/min', 'transfers:read': { limit: 100, window: 1 }, 'a:b': 5 },
      {
        operations: {
          'transfers:create': { limit: 10, window: 60 },
          'transfers:read': { limit: 100, window: 1 },
          'a:b': { limit: 5, window: 60 },
        },
      },
    ],
  ])('%s', (_what, value, expected) => {
    expect(read(value)).toEqual(expected)
  })

  it.each([
    { limit: 100, window: 30 },
    { limit: 100, window: 60, burst: 5 },
    { 'transfers:create': '10/min', 'a:b': 5 },
  ])('the same object as JSON in a text, where a claim can hold no object: %j', (value) => {
    expect(read(value)).toHaveProperty('limit' in value ? 'limit' : 'operations')
    expect(read(JSON.stringify(value))).toEqual(read(value))
  })

  it('stands where it is said to stand', () => {
    expect(readRateLimit({ ext: { rate_limit: 5 } }, 'ext.rate_limit')).toEqual(read(5))
    expect(readRateLimit({ ext: { rate_limit: 5 } }, 'rate_limit')).toBeUndefined()
    const refusal = readRateLimit({ ext: { rate_limit: 'x' } }, 'ext.rate_limit')
    expect(isRefusal(refusal) && refusal.message).toContain('claim "ext.rate_limit"')
  })

  it('no claim is no limit stated', () => {
    expect(readRateLimit({}, 'rate_limit')).toBeUndefined()
  })

  it('rule 8: what a prototype lends is not read', () => {
    expect(readRateLimit(Object.create({ rate_limit: 5 }), 'rate_limit')).toBeUndefined()
    expect(read(Object.create({ limit: 5 }))).toMatchObject(refused)
  })

  it('row 21: a map pollutes nothing, whatever its names', () => {
    const limits = read(JSON.parse('{"__proto__:create":5,"constructor:create":"1/s"}')) as {
      operations: Record<string, RateLimit>
    }
    expect(Object.keys(limits.operations)).toEqual(['__proto__:create', 'constructor:create'])
    expect(Object.hasOwn(Object.prototype, 'limit')).toBe(false)
    expect(({} as Partial<RateLimit>).limit).toBeUndefined()
  })

  it.each<object>([
    { requests: 100, window: 60 },
    { window: 60 },
    { constructor: 5 },
    { limit: 5, window: null },
    { limit: 5, burst: null },
  ])('a budget misspelt as %j refuses, it is no map without limits', (limits) => {
    expect(isRefusal(read(limits))).toBe(true)
  })

  it('is frozen deeply', () => {
    for (const value of [5, '1/s', { limit: 5 }]) expect(Object.isFrozen(read(value))).toBe(true)
    const map = read({ 'a:b': 5 }) as { operations: Record<string, RateLimit> }
    for (const part of [map, map.operations, map.operations['a:b']]) {
      expect(Object.isFrozen(part)).toBe(true)
    }
  })
})

describe('a wrong type refuses the token', () => {
  it.each([
    ['null', null],
    ['true', true],
    ['a list', [100]],
    ['an empty list', []],
    ['an empty object', {}],
    ['an empty text', ''],
    ['a number in a text', '100'],
    ['a word', 'unlimited'],
    ['an unknown unit', '100/fortnight'],
    ['no number', '/min'],
    ['a sign', '-1/min'],
    ['a fraction in a text', '1.5/s'],
    ['an exponent in a text', '1e9/s'],
    ['white space', ' 100/min'],
    ['a line break after it', '100/min\n'],
    ['more after it', '100/min;x=1'],
    ['a burst that is none', '100/min;burst='],
    ['a unit that every object knows', '1/constructor'],
    ['digits of another script', '\u0661\u0660/min'],
    ['a limit that is a text', { limit: '100' }],
    ['a limit that is null', { limit: null }],
    ['a limit that is an object', { limit: { limit: 5 } }],
    ['a window of zero', { limit: 5, window: 0 }],
    ['a window that is a text', { limit: 5, window: '60' }],
    ['a burst that is a text', { limit: 5, burst: '5' }],
    ['a burst that is null', { limit: 5, burst: null }],
    ['a map with one bad budget', { 'a:b': 5, 'c:d': 'unlimited' }],
    ['a map with null', { 'a:b': null }],
    ['a map of maps', { 'a:b': { 'c:d': 5 } }],
    ['half an object in a text', '{"limit":5'],
    ['an empty object in a text', '{}'],
    ['an object of another kind in a text', '{"requests":5}'],
    ['an object in a text in a text', JSON.stringify(JSON.stringify({ limit: 5 }))],
    ['an object in a text after white space', ' {"limit":5}'],
    ['a list in a text', '[5]'],
  ])('%s', (_what, value) => {
    expect(read(value)).toMatchObject(refused)
  })

  it('a map of more operations than a token has', () => {
    const names = Array.from({ length: 1001 }, (_, index) => [`a:x${index}`, 1])
    expect(read(Object.fromEntries(names))).toMatchObject(refused)
    expect(isRefusal(read(Object.fromEntries(names.slice(1))))).toBe(false)
  })

  it('a map one of whose names is no operation', () => {
    expect(read({ 'a:b': 5, c: 5 })).toMatchObject(refused)
  })
})

describe('laws', () => {
  const number = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.constantFrom(-1, -0.5, 1e308, Infinity, NaN),
  )
  const budget = fc.oneof(
    number,
    fc.record({ limit: number, window: number, burst: number }, { requiredKeys: [] }),
    fc.tuple(fc.nat(), fc.constantFrom('s', 'min', 'h', 'd', 'x')).map((parts) => parts.join('/')),
  )
  const value = fc.oneof(budget, fc.dictionary(fc.string(), budget), fc.jsonValue())
  const isSane = ({ limit, window, burst = 0 }: RateLimit): boolean =>
    [limit, window, burst].every((one) => Number.isFinite(one) && one >= 0) && window > 0

  it('rule 8: nothing makes it throw; it is a refusal or finite and not negative', () => {
    fc.assert(
      fc.property(value, (given) => {
        const limits = read(given)
        if (limits === undefined) throw new Error('a claim that is there never means no limit')
        if (isRefusal(limits)) return
        const budgets = 'operations' in limits ? Object.values(limits.operations) : [limits]
        expect(budgets.length).toBeGreaterThan(0)
        expect(budgets.every(isSane)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
