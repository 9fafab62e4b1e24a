import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../src/errors/refusal.js'
import { readAllowedOps } from '../../src/principal/read-allowed-ops.js'
import type { JsonObject } from '../../src/token/compact.js'

const read = (value: unknown) => readAllowedOps({ allowed_ops: value }, 'allowed_ops')
const refused = { code: 'invalid_token', cause: 'claim_malformed' }

describe('idp-tokens §2.5: the forms of allowed_ops', () => {
  it.each([
    ['a list', ['transfers:create', 'transfers:read'], ['transfers:create', 'transfers:read']],
    ['a text with spaces', 'a:x b:y', ['a:x', 'b:y']],
    ['a text with commas', 'a:x,b:y', ['a:x', 'b:y']],
    ['a text with both', 'a:x, b:y', ['a:x', 'b:y']],
    ['a JSON list in a text', '["a:x","b:y"]', ['a:x', 'b:y']],
    ['wildcards, which others judge', ['transfers:*', '*'], ['transfers:*', '*']],
    ['row 21: names that every object knows', ['__proto__', 'toString'], ['__proto__', 'toString']],
  ])('%s', (_what, value, expected) => {
    expect(read(value)).toEqual(expected)
  })

  it('rule 2: no claim is not the same as none allowed', () => {
    expect(readAllowedOps({}, 'allowed_ops')).toBeUndefined()
    expect(read([])).toEqual([])
    expect(read('')).toEqual([])
    expect(read('[]')).toEqual([])
  })

  it('rule 8: a claim that a prototype lends is none', () => {
    const lent = Object.create({ allowed_ops: ['*'] }) as JsonObject
    expect(readAllowedOps(lent, 'allowed_ops')).toBeUndefined()
  })

  it('stands where it is said to stand', () => {
    const claims = { ext: { ops: ['a:x'] }, 'https://acme.test/ops': 'b:y' }
    expect(readAllowedOps(claims, 'ext.ops')).toEqual(['a:x'])
    expect(readAllowedOps(claims, 'https://acme.test/ops')).toEqual(['b:y'])
    expect(readAllowedOps(claims, 'allowed_ops')).toBeUndefined()
    expect(readAllowedOps(claims, 'ext')).toMatchObject({
      message: expect.stringContaining('claim "ext" to be a list of texts'),
    })
  })

  it('hands out a list of its own', () => {
    const value = ['a:x']
    expect(read(value)).not.toBe(value)
  })
})

describe('idp-tokens §2.5: an invalid type refuses the token', () => {
  it.each([
    ['null', null],
    ['a number', 5],
    ['true', true],
    ['an object', { 'transfers:create': true }],
    ['an empty object', {}],
    ['a list with a number', ['a:x', 5]],
    ['a list with null', [null]],
    ['a nested list', [['a:x']]],
    ['a JSON list with a number in a text', '["a:x",5]'],
    ['a nested JSON list in a text', '[["a:x"]]'],
    ['half a JSON list in a text', '["a:x"'],
    ['a JSON list and more in a text', '["a:x"] ["b:y"]'],
  ])('%s', (_what, value) => {
    expect(read(value)).toMatchObject(refused)
  })
})

describe('idp-tokens §2.5: 1000 entries of 128 characters at most', () => {
  const ops = (count: number, length = 8): string[] =>
    Array.from({ length: count }, (_, index) => String(index).padStart(length, 'x'))

  it.each([
    ['a list', (list: string[]) => list],
    ['a text', (list: string[]) => list.join(' ')],
    ['a JSON list in a text', (list: string[]) => JSON.stringify(list)],
  ])('as %s', (_what, write) => {
    expect(read(write(ops(1000)))).toHaveLength(1000)
    expect(read(write(ops(1001)))).toMatchObject(refused)
    expect(read(write(ops(1, 128)))).toEqual(ops(1, 128))
    expect(read(write(ops(1, 129)))).toMatchObject(refused)
  })
})

it('states an operation once, however often the token does', () => {
  expect(read(['a:b', 'a:c', 'a:b'])).toEqual(['a:b', 'a:c'])
})

describe('laws', () => {
  it('rule 8: no JSON makes it throw; it is a list of texts or a refusal', () => {
    const inText = fc.jsonValue().map((value) => JSON.stringify(value))
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), inText), (value) => {
        const ops = read(value)
        const isRight =
          typeof value === 'string' ||
          (Array.isArray(value) && value.every((one) => typeof one === 'string'))
        if (!isRight) expect(ops).toMatchObject(refused)
        if (ops === undefined) throw new Error('a claim that is there never counts as absent')
        if (isRefusal(ops)) return
        for (const op of ops) expect(typeof op).toBe('string')
      }),
      { numRuns: 1000 },
    )
  })

  it('all forms of one list read the same', () => {
    const op = fc.stringMatching(/^[a-z]{1,20}:[a-z]{1,20}$/)
    fc.assert(
      fc.property(fc.array(op, { minLength: 1, maxLength: 20 }), (ops) => {
        const forms = [ops, ops.join(' '), ops.join(','), ops.join(', '), JSON.stringify(ops)]
        for (const form of forms) expect(read(form)).toEqual(ops)
      }),
    )
  })
})
