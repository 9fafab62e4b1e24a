import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readClaim } from '../../src/principal/claim-path.js'
import type { JsonObject } from '../../src/token/compact.js'

const claims = {
  tier: 'internal',
  nothing: null,
  ext: { tier: 'gold', deep: { er: ['a'] }, nothing: null },
  'https://acme.test/tier': 'namespaced',
  'a.b': 'a name with a dot',
  a: { b: 'a path' },
  clients: { 'api.test': { roles: ['s2s'] } },
}

describe('readClaim', () => {
  it.each<[path: string, value: unknown]>([
    ['tier', 'internal'],
    ['nothing', null],
    ['ext', claims.ext],
    ['ext.tier', 'gold'],
    ['ext.deep.er', ['a']],
    ['ext.nothing', null],
    ['https://acme.test/tier', 'namespaced'],
    ['a.b', 'a name with a dot'],
    ['clients.api.test.roles', ['s2s']],
  ])('%s', (path, value) => {
    expect(readClaim(claims, path)).toEqual(value)
  })

  it.each([
    'absent',
    'Tier',
    'ext.absent',
    'ext.absent.deeper',
    'ext.',
    '.ext',
    'ext..tier',
    '.',
    '',
    'https://other.test/tier',
  ])('%j is not there', (path) => {
    expect(readClaim(claims, path)).toBeUndefined()
  })

  it.each([
    ['ext.nothing.deeper', null],
    ['tier.length', 'internal'],
    ['ext.deep.er.0', ['a']],
  ])('%s cannot be looked into, and is what is there instead', (path, value) => {
    expect(readClaim(claims, path)).toEqual(value)
  })

  it.each([
    'constructor',
    '__proto__',
    'toString.name',
    'ext.constructor',
    'ext.__proto__.tier',
    'constructor.prototype',
  ])('rule 8: %s, which every object knows, is not there', (path) => {
    expect(readClaim(claims, path)).toBeUndefined()
  })

  it('rule 8: what a prototype lends is not there, at any depth', () => {
    expect(readClaim(Object.create({ tier: 'gold' }) as JsonObject, 'tier')).toBeUndefined()
    const ext: unknown = Object.create({ tier: 'gold' })
    expect(readClaim({ ext }, 'ext.tier')).toBeUndefined()
  })

  it('row 21: __proto__ is a claim like any other where a token has it', () => {
    const parsed = JSON.parse('{"__proto__":{"tier":"gold"}}') as JsonObject
    expect(readClaim(parsed, '__proto__.tier')).toBe('gold')
    expect(({} as { tier?: unknown }).tier).toBeUndefined()
  })

  it('finds exactly what is at the end of a path, in any claims', () => {
    const name = fc.stringMatching(/^[a-z_]{1,6}$/)
    const path = fc.array(name, { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(path, fc.jsonValue(), (names, value) => {
        const nested = names.reduceRight<unknown>((inner, one) => ({ [one]: inner }), value)
        expect(readClaim(nested as JsonObject, names.join('.'))).toBe(value)
      }),
    )
  })
})
