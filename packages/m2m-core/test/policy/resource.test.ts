import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFact, lookUp, noObject } from '../../src/policy/resource.js'

describe('lookUp: own properties only (rule 9)', () => {
  it('walks plain objects by their own names', () => {
    expect(lookUp({ a: { b: { c: 7 } } }, ['a', 'b', 'c'])).toBe(7)
    expect(lookUp({ a: null }, ['a'])).toBeNull()
    expect(lookUp({ a: { b: 7 } }, ['a', 'x'])).toBeUndefined()
    for (const holder of [7, 'text', true, [], [{ x: 1 }]]) {
      expect(lookUp({ a: holder }, ['a', 'x'])).toBe(noObject)
    }
    expect(lookUp({ a: null }, ['a', 'b'])).toBeUndefined()
    expect(lookUp(undefined, ['a'])).toBeUndefined()
    expect(lookUp('text', ['length'])).toBe(noObject)
    expect(lookUp(['a'], ['0'])).toBe(noObject)
  })

  it('property: never finds what a prototype lends', () => {
    const names = fc.constantFrom(
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'valueOf',
      'hasOwnProperty',
      '__defineGetter__',
      'length',
    )
    fc.assert(
      fc.property(fc.array(names, { minLength: 1, maxLength: 4 }), fc.jsonValue(), (path, data) => {
        expect(lookUp({ data }, path)).toBeUndefined()
      }),
    )
  })

  it('finds an own property with a name that prototypes have, too', () => {
    const parsed: unknown = JSON.parse('{"__proto__":{"constructor":"own"}}')
    expect(lookUp(parsed, ['__proto__', 'constructor'])).toBe('own')
  })
})

describe('isFact: what may be asked about', () => {
  it.each([undefined, null, {}, { id: 'r-1' }, Object.create(null)])('%j may', (value) => {
    expect(isFact(value)).toBe(true)
  })

  it.each(['r-1', '', 0, 7, true, false, [], [{}], 1n])('%o may not', (value) => {
    expect(isFact(value)).toBe(false)
  })
})
