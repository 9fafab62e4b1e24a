import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal, type Refusal } from '../../src/errors/refusal.js'
import { identify, type Principal, type ServiceIssuer } from '../../src/principal/identify.js'
import { generic } from '../../src/principal/profiles/generic.js'
import { readRateLimit } from '../../src/principal/read-rate-limit.js'
import { createRegistry } from '../../src/principal/registry.js'
import type { JsonObject } from '../../src/token/compact.js'
import { issuerRules } from '../token/issuer-rules.js'
import { claimSources } from './claim-sources.js'

const issuer: ServiceIssuer = {
  rules: issuerRules(),
  keys: undefined as never,
  profile: generic,
  trust: new Set(['service_id', 'tier', 'allowed_ops', 'rate_limit']),
  claims: claimSources(),
  tier: undefined,
  isService: undefined,
}
/** Where nobody is registered, every service is what its token says. */
const registry = createRegistry([], false)
const read = (claims: JsonObject): Principal | Refusal => {
  const key = undefined as never
  const stated = identify({ issuer, header: {}, claims, expiresAt: 1_800_000_000, key })
  return isRefusal(stated) ? stated : registry.enrol(stated)
}
const service = { sub: 'billing', client_id: 'billing' }

const hostile = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'] as const
const normalised = ['scope', 'scp', 'allowed_ops', 'rate_limit', 'service_id', 'tier'] as const
const name = fc.oneof(fc.constantFrom(...hostile, ...normalised, 'limit', 'a:b'), fc.string())

/** JSON text, since only a parser makes `__proto__` an own member, at any depth. */
const members = (key: fc.Arbitrary<string>, value: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .array(fc.tuple(key, value), { maxLength: 5 })
    .map((pairs) => `{${pairs.map(([one, it]) => `${JSON.stringify(one)}:${it}`).join(',')}}`)
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.jsonValue({ maxDepth: 0 }).map((value) => JSON.stringify(value)),
    fc.constantFrom('"10/s"', '"a:b c:d"', '"__proto__"', '["constructor"]', '1e999', '-0'),
    fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    members(name, tie('json')),
  ),
}))
const claims = members(name, json).map(
  (text) => ({ ...(JSON.parse(text) as JsonObject), ...service }) as JsonObject,
)

/** Everything that polluting a prototype would change. */
const prototypes = (): readonly unknown[] =>
  [Object.prototype, Array.prototype, String.prototype, Function.prototype].map((one) => [
    Reflect.ownKeys(one),
    Reflect.getPrototypeOf(one),
  ])

const isPlainDeeply = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return true
  const isPlain = [Object.prototype, Array.prototype].includes(
    Object.getPrototypeOf(value) as never[],
  )
  return isPlain && Object.isFrozen(value) && Object.values(value).every(isPlainDeeply)
}

describe('rule 8 and row 21: claims of any shape', { timeout: 600_000 }, () => {
  it('pollute nothing, change nothing and come out plain and frozen, or are refused', () => {
    const before = prototypes()
    fc.assert(
      fc.property(claims, (given) => {
        const copy = JSON.stringify(given)
        const principal = read(given)
        expect(JSON.stringify(given)).toBe(copy)
        expect(prototypes()).toEqual(before)
        if (!isRefusal(principal)) expect(isPlainDeeply(principal)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })

  it('are read by their own names only: what a prototype lends is not there', () => {
    fc.assert(
      fc.property(claims, (given) => {
        const lent = Object.assign(Object.create(given) as object, service) as JsonObject
        expect(read(lent)).toEqual(read(service))
      }),
    )
  })

  it.each(hostile)('%s is a scope, an operation, a tier and an id like any other', (word) => {
    const ops = [`${word}:create`, `transfers:${word}`]
    const given = { ...service, scope: word, allowed_ops: ops, tier: word, service_id: word }
    expect(read(given)).toMatchObject({ id: word, tier: word, scopes: [word], allowedOps: ops })
    expect(read({ ...service, scope: 'a' })).not.toHaveProperty('scopes', [word])
  })
})

describe('the forms of a claim mean the same', { timeout: 600_000 }, () => {
  const word = fc.stringMatching(
    /^[\x21\x23-\x2b\x2d-\x5a\x5d-\x7e][\x21\x23-\x2b\x2d-\x5a\x5d-\x7e]*$/,
  )
  const words = fc.uniqueArray(word, { maxLength: 6 })

  it('scopes and operations as a text and as a list give the same principal', () => {
    fc.assert(
      fc.property(words, words, (scopes, ops) => {
        const asLists = read({ ...service, scope: scopes, allowed_ops: ops })
        expect(asLists).toMatchObject({ scopes, allowedOps: ops })
        const scope = scopes.join(' ')
        for (const allowed_ops of [ops.join(' '), ops.join(','), JSON.stringify(ops)]) {
          expect(read({ ...service, scope, allowed_ops })).toEqual(asLists)
          expect(read({ ...service, scp: scope, allowed_ops })).toEqual(asLists)
        }
      }),
    )
  })

  const amount = fc.nat(999_999_999)
  const window = fc.constantFrom(['s', 1], ['min', 60], ['h', 3600], ['d', 86_400])
  const limitsOf = (value: unknown) => readRateLimit({ rate_limit: value }, 'rate_limit')

  it('a budget as a number, a text and an object is the same budget', () => {
    fc.assert(
      fc.property(amount, window, amount, (limit, [unit, seconds], burst) => {
        const perMinute = { limit, window: 60 }
        expect(limitsOf(limit)).toEqual(perMinute)
        expect(limitsOf({ limit })).toEqual(perMinute)
        expect(limitsOf(`${limit}/min`)).toEqual(perMinute)
        const budget = { limit, window: seconds, burst }
        expect(limitsOf(budget)).toEqual(budget)
        expect(limitsOf(`${limit}/${unit};burst=${burst}`)).toEqual(budget)
      }),
    )
  })

  it('a budget means the same for one operation as for the whole service', () => {
    const budget = fc.oneof(
      amount,
      fc.tuple(amount, window).map(([limit, [unit]]) => `${limit}/${unit}`),
      fc.record({ limit: amount, window: amount, burst: amount }, { requiredKeys: ['limit'] }),
      fc.jsonValue(),
    )
    fc.assert(
      fc.property(fc.constantFrom('a:b', '__proto__:create'), budget, (operation, value) => {
        const alone = limitsOf(value)
        const mapped = limitsOf({ [operation]: value })
        if (isRefusal(alone) || (alone && 'operations' in alone)) {
          expect(isRefusal(mapped)).toBe(true)
        } else {
          expect(mapped).toEqual({ operations: { [operation]: alone } })
        }
      }),
      { numRuns: 1000 },
    )
  })
})
