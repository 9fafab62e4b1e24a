import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameRequest, requestIdOf } from '../../src/pipeline/request-id.js'

const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/
const requestWithId = (id: string | readonly string[] | undefined) => ({
  headers: { 'x-request-id': id },
})

describe('request ids (threat row 33: validated or replaced)', () => {
  it.each([
    'r-1',
    'a'.repeat(64),
    '7b0a4f4e-1f3c-4d2e-9b0a-111111111111',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    '1-5759e988-bd862e3fe1be46a994272793',
  ])('keeps %s', (id) => {
    expect(requestIdOf(requestWithId(id))).toBe(id)
  })

  it.each<readonly [what: string, id: string | readonly string[] | undefined]>([
    ['none', undefined],
    ['nothing', ''],
    ['CR and LF', 'a\r\nset-cookie: x'],
    ['a trailing newline', 'r-1\n'],
    ['a space', 'a b'],
    ['a quote', 'a"b'],
    ['ANSI', '\u001b[31mred'],
    ['bidi', 'abc\u202etxt'],
    ['unicode', 'r\u00e9quest'],
    ['65 characters', 'a'.repeat(65)],
    ['one megabyte', 'a'.repeat(1_000_000)],
    ['two of them', ['a', 'b']],
    ['two of them, joined', 'a, b'],
    ['NUL', 'a\0b'],
    ['markup', '<script>'],
  ])('replaces %s', (_what, id) => {
    expect(requestIdOf(requestWithId(id))).toMatch(uuid)
  })

  it('gives one request the same name each time, and two requests two', () => {
    const [one, other] = [requestWithId('\r\n'), requestWithId(undefined)]
    expect(requestIdOf(one)).toBe(requestIdOf(one))
    expect(requestIdOf(other)).toBe(requestIdOf(other))
    expect(requestIdOf(one)).not.toBe(requestIdOf(other))
    expect(requestIdOf(undefined)).not.toBe(requestIdOf(undefined))
  })

  it('is made up each time for a request on which nothing can be kept', () => {
    const closed = new Proxy(requestWithId(undefined), {
      set: () => false,
      defineProperty: () => false,
    })
    for (const request of [Object.freeze(requestWithId(undefined)), closed]) {
      nameRequest(request, 'req-7')
      expect(requestIdOf(request)).toMatch(uuid)
    }
  })

  it('is what the framework calls it, once, if that is harmless', () => {
    const request = requestWithId(undefined)
    nameRequest(request, 'req-7')
    nameRequest(request, 'req-8')
    expect(requestIdOf(request)).toBe('req-7')
    const named = requestWithId('r-2')
    nameRequest(named, 'req-7')
    expect(requestIdOf(named)).toBe('r-2')
    const odd = requestWithId(undefined)
    for (const id of ['a\nb', '', 'x'.repeat(65), 7, undefined, null]) nameRequest(odd, id)
    expect(requestIdOf(odd)).toMatch(uuid)
  })

  it('property: is always short and harmless', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (id) => {
        expect(requestIdOf(requestWithId(id))).toMatch(/^[\w.:@=+/-]{1,64}$/)
      }),
      { numRuns: 500 },
    )
  })
})
