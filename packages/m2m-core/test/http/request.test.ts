import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pathOf } from '../../src/http/request.js'

describe('pathOf', () => {
  it.each([
    ['/a/b', '/a/b'],
    ['/a?access_token=secret', '/a'],
    ['/a?b?c', '/a'],
    ['/a#access_token=secret', '/a'],
    ['http://user:secret@host/a?b', '/a'],
    ['https://host/a', '/a'],
    ['//host/a', '//host/a'],
    ['/a/http://b', '/a/http://b'],
    ['?access_token=secret', ''],
    ['', ''],
  ])('rows 27 and 57: reads %j without what may be secret', (url, expected) => {
    expect(pathOf({ url, headers: {} })).toBe(expected)
  })

  it('prefers the whole URL to the one a framework shortened', () => {
    const request = { url: '/transfers', originalUrl: '/internal/transfers?x=1', headers: {} }
    expect(pathOf(request)).toBe('/internal/transfers')
  })

  it('is undefined where there is no URL, as with a queue message', () => {
    expect(pathOf({ headers: {} })).toBeUndefined()
    expect(pathOf({ url: 5 as never, headers: {} })).toBeUndefined()
  })

  it('never tells any of the query, also where a semicolon begins one', () => {
    const plain = fc.webPath().map((path) => path.replaceAll(';', ''))
    fc.assert(
      fc.property(
        plain,
        fc.webQueryParameters(),
        fc.constantFrom('?', ';'),
        (path, query, mark) => {
          expect(pathOf({ url: `${path}${mark}${query}`, headers: {} })).toBe(path)
        },
      ),
    )
  })
})
