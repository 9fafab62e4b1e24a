import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { printable, quote } from '../../src/errors/quote.js'

const line = /^[\x20-\x7e]*$/

describe('quote (row 30: log injection)', () => {
  it.each([
    ['a line break', 'a\r\nb', '"a\\r\\nb"'],
    ['an ANSI sequence', '\u001b[31mred', '"\\u001b[31mred"'],
    ['a bidirectional override', 'a\u202eb', '"a\\u202eb"'],
    ['a line separator', 'a\u2028b', '"a\\u2028b"'],
    ['a delete', 'a\u007fb', '"a\\u007fb"'],
    ['a C1 control', 'a\u009bb', '"a\\u009bb"'],
    ['a quote', 'a"b', '"a\\"b"'],
    ['an unpaired surrogate', 'a\ud83d', '"a\\ud83d"'],
  ])('escapes %s', (_what, value, expected) => {
    expect(quote(value)).toBe(expected)
  })

  it('writes any JSON value as one line of printable ASCII', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => line.test(quote(value))))
  })

  it('writes any text as one line of printable ASCII', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (value) => line.test(quote(value))))
  })

  it('writes any other value as one line of printable ASCII', () => {
    fc.assert(fc.property(fc.anything(), (value) => line.test(quote(value))))
    for (const value of [() => 'a\nb', Symbol('a\nb'), 10n, Number.NaN, new Date(0), class {}]) {
      expect(quote(value)).toMatch(line)
    }
  })

  it('closes what it opened, however much had to be escaped', () => {
    for (const text of ['\u0000'.repeat(120), '\u00e9'.repeat(120), '"'.repeat(120)]) {
      expect(JSON.parse(quote(text))).toBe(text)
    }
  })

  it('cuts a text of 1 MB and says so', () => {
    const shown = quote('x'.repeat(1_000_000))
    expect(shown.length).toBeLessThan(200)
    expect(shown).toContain('cut')
    expect(shown).toContain('1000000')
  })

  it('cuts a list of 5,000 scopes and says so', () => {
    const shown = quote(Array.from({ length: 5000 }, () => 'x'.repeat(1000)))
    expect(shown.length).toBeLessThan(1000)
    expect(shown).toContain('4995 more')
  })

  it('finding 6: does not walk into 100,000 levels', () => {
    const deepList: unknown = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
    const deepObject: unknown = JSON.parse(`${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`)
    expect(quote(deepList).length).toBeLessThan(100)
    expect(quote(deepObject).length).toBeLessThan(100)
  })

  it.each([
    [undefined, 'nothing'],
    [null, 'null'],
    [5, '5'],
    [true, 'true'],
    [{ a: 1 }, 'an object'],
    [['a', 1, ['b'], {}], '["a", 1, a list, an object]'],
    [[], '[]'],
  ])('writes %j as %s', (value, expected) => {
    expect(quote(value)).toBe(expected)
  })
})

describe('printable', () => {
  it('leaves printable ASCII as it is', () => {
    expect(printable('GET /a?b=~', 100)).toBe('GET /a?b=~')
  })

  it('row 30: escapes everything else, and says when it cut', () => {
    const text = fc.string({ unit: 'binary', maxLength: 300 })
    fc.assert(
      fc.property(text, fc.nat(200), (value, most) => {
        const shown = printable(value, most)
        expect(shown).toMatch(line)
        expect(shown.length).toBeLessThanOrEqual(most * 6 + '(cut)'.length)
        if (value.length > most) expect(shown).toMatch(/\(cut\)$/)
      }),
    )
  })
})
