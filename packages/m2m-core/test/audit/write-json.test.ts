import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createJsonWriter } from '../../src/audit/write-json.js'

const never = () => false

describe('a JSON writer', () => {
  it('property: writes plain data as JSON.stringify does', () => {
    const write = createJsonWriter(never)
    fc.assert(
      fc.property(fc.object({ withNullPrototype: true, maxDepth: 4 }), (value) => {
        expect(write(value)).toBe(JSON.stringify(value))
      }),
      { numRuns: 1000 },
    )
  })

  it.each<readonly [what: string, value: object]>([
    ['nothing', {}],
    ['an empty list', []],
    ['holes and absences in lists', [undefined, null, () => 1, Symbol('x'), 1]],
    ['absences in objects', { a: undefined, b: () => 1, c: Symbol('x'), d: null }],
    ['numbers', { a: 0, b: -0, c: 1e21, d: 1e-7, e: Number.NaN, f: Infinity, g: -Infinity }],
    ['booleans', { a: true, b: false }],
    ['quotes, backslashes, control and odd characters', { 'a"b\\': '"\\\r\n\0\u2028\ud800 é' }],
    ['names of prototypes', JSON.parse('{"__proto__":{"a":1},"constructor":1,"toString":2}')],
    ['depth', { a: [{ b: [[{ c: 'd' }]] }] }],
    ['what is frozen', Object.freeze({ a: Object.freeze([Object.freeze({ b: 1 })]) })],
  ])('writes %s as JSON.stringify does', (_what, value) => {
    const isAlways = createJsonWriter(() => true)
    const expected = JSON.stringify(value)
    expect(createJsonWriter(never)(value)).toBe(expected)
    for (let round = 0; round < 2; round += 1) expect(isAlways(value)).toBe(expected)
  })

  it('own members only', () => {
    expect(createJsonWriter(never)(Object.create({ inherited: 1 }))).toBe('{}')
  })

  it('writes what it is told to remember once, and everything else anew', () => {
    let read = 0
    const counted = {
      get a() {
        read += 1
        return read
      },
    }
    const write = createJsonWriter((name) => name === 'kept')
    expect(write({ kept: counted })).toBe('{"kept":{"a":1}}')
    expect(write({ kept: counted })).toBe('{"kept":{"a":1}}')
    expect(write({ other: counted })).toBe('{"other":{"a":2}}')
  })
})
