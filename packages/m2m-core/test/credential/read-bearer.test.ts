import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkOneToken, readBearer } from '../../src/credential/read-bearer.js'
import { isRefusal } from '../../src/errors/refusal.js'
import type { M2MRequest } from '../../src/http/request.js'

type HeaderValue = M2MRequest['headers'][string]

/** The whole stage: what the line asks of a token that it has not met. */
const read = (authorization: HeaderValue, rawHeaders?: readonly string[]) => {
  const credential = readBearer({ headers: { authorization }, rawHeaders })
  return isRefusal(credential) ? credential : (checkOneToken(credential) ?? credential)
}
const codeOf = (authorization: HeaderValue, rawHeaders?: readonly string[]) => {
  const outcome = read(authorization, rawHeaders)
  return isRefusal(outcome) ? outcome.code : outcome
}

describe('a bearer token', () => {
  it.each(['Bearer abc.def.ghi', 'bearer abc.def.ghi', 'BEARER abc.def.ghi', 'bEaReR abc.def.ghi'])(
    'row 25: the scheme counts in any case: %j',
    (value) => {
      expect(read(value)).toEqual({ token: 'abc.def.ghi' })
    },
  )

  it('is read from a list with one value', () => {
    expect(read(['Bearer abc'])).toEqual({ token: 'abc' })
  })

  it('is read when the raw headers show one header, in any case', () => {
    expect(read('Bearer abc', ['Host', 'x', 'AUTHORIZATION', 'Bearer abc'])).toEqual({
      token: 'abc',
    })
  })

  it('is handed on without a look at the token itself', () => {
    expect(read('Bearer "abc"')).toEqual({ token: '"abc"' })
    expect(read(`Bearer ${'x'.repeat(20_000)}`)).toEqual({ token: 'x'.repeat(20_000) })
  })
})

describe('R0: no bearer credential is 401 credentials_missing', () => {
  it.each([
    ['no header', undefined],
    ['an empty list', []],
    ['an empty header', ''],
    ['the scheme alone', 'Bearer'],
    ['the scheme and a space', 'Bearer '],
    ['Basic', 'Basic dXNlcjpwYXNz'],
    ['DPoP', 'DPoP abc.def.ghi'],
    ['a bare token', 'abc.def.ghi'],
    ['Digest, whose parameters have commas', 'Digest username="a", realm="b"'],
    ['a scheme that begins with bearer', 'BearerToken abc'],
    ['a scheme that begins with bearer and a dash', 'Bearer-X abc'],
  ])('row 24: %s', (_what, value) => {
    expect(codeOf(value)).toBe('credentials_missing')
  })

  it('row 27: a token in query, body or cookie is not looked at', () => {
    const request = {
      url: '/x?access_token=abc',
      originalUrl: '/x?access_token=abc',
      headers: { cookie: 'access_token=abc', 'x-access-token': 'abc' },
      body: { access_token: 'abc' },
      query: { access_token: 'abc' },
      cookies: { access_token: 'abc' },
    }
    expect(readBearer(request)).toMatchObject({ code: 'credentials_missing' })
  })

  it('rule 8: a header that the prototype lends is none', () => {
    const headers = Object.create({ authorization: 'Bearer abc' }) as M2MRequest['headers']
    expect(readBearer({ headers })).toMatchObject({ code: 'credentials_missing' })
  })

  it('headers without a prototype are read as well', () => {
    const headers = Object.assign(Object.create(null), { authorization: 'Bearer abc' })
    expect(readBearer({ headers })).toEqual({ token: 'abc' })
  })
})

describe('R2: malformed credentials are 400 invalid_request', () => {
  it.each([
    ['row 25: two spaces', 'Bearer  abc'],
    ['row 25: a tab after the scheme', 'Bearer\tabc'],
    ['row 25: a trailing space', 'Bearer abc '],
    ['row 25: a tab in the token', 'Bearer abc\tdef'],
    ['row 25: a space in the token', 'Bearer abc def'],
    ['row 26: comma-joined', 'Bearer abc, Bearer def'],
    ['row 26: comma-joined without a space', 'Bearer abc,Bearer def'],
    ['row 26: comma-joined with another scheme', 'Bearer abc, Basic def'],
    ['a trailing comma', 'Bearer abc,'],
    ['a colon after the scheme', 'Bearer: abc'],
    ['an equals sign after the scheme', 'Bearer="abc"'],
  ])('%s', (_what, value) => {
    expect(codeOf(value)).toBe('invalid_request')
  })
})

describe('headers that Node no longer shows', () => {
  it('row 26: a second credential could hide behind 2000 headers', () => {
    const filler = (count: number) => Array.from({ length: count }, () => ['a', '']).flat()
    expect(codeOf('Bearer abc', ['Authorization', 'Bearer abc', ...filler(1998)])).toEqual({
      token: 'abc',
    })
    expect(codeOf('Bearer abc', ['Authorization', 'Bearer abc', ...filler(1999)])).toBe(
      'invalid_request',
    )
  })
})

describe('finding 11: Node keeps the first of two Authorization headers', () => {
  it.each([
    ['two good ones', ['authorization', 'Bearer abc', 'authorization', 'Bearer abc']],
    ['a good and a bad one', ['Authorization', 'Bearer abc', 'AUTHORIZATION', 'Bearer x']],
    ['another scheme second', ['Authorization', 'Bearer abc', 'Host', 'h', 'authorization', 'B x']],
    ['an empty second', ['Authorization', 'Bearer abc', 'authorization', '']],
  ])('row 26: %s in rawHeaders are refused with 400', (_what, rawHeaders) => {
    expect(codeOf('Bearer abc', rawHeaders)).toBe('invalid_request')
  })

  it('row 26: a list of two values is refused with 400', () => {
    expect(codeOf(['Bearer abc', 'Bearer abc'])).toBe('invalid_request')
  })

  it('a header value that spells the name does not count as a header', () => {
    const rawHeaders = ['X-Echo', 'authorization', 'authorization', 'Bearer abc']
    expect(read('Bearer abc', rawHeaders)).toEqual({ token: 'abc' })
  })
})

describe('laws', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .tuple(fc.constantFrom('Bearer ', 'bearer ', 'Bearer', 'BEARER\t', 'Basic '), fc.string())
      .map((parts) => parts.join('')),
    fc
      .array(fc.constantFrom('Bearer', ' ', ',', '\t', '\0', '\u00e9', '"', 'a.b.c', '\r\n'))
      .map((parts) => parts.join('')),
  )
  const header = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.constant(undefined))

  it('rule 8: no header value makes it throw', () => {
    const rawHeaders = fc.option(fc.array(text), { nil: undefined })
    fc.assert(
      fc.property(header, rawHeaders, (value, raw) => {
        const outcome = read(value, raw)
        expect(isRefusal(outcome) || typeof outcome.token === 'string').toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('row 25: a token holds no comma, space or tab and stands in the header as it is', () => {
    fc.assert(
      fc.property(header, (value) => {
        const outcome = read(value)
        if (isRefusal(outcome)) return
        expect(outcome.token).toMatch(/^[^, \t]+$/)
        expect(String(value).slice('Bearer '.length)).toBe(outcome.token)
      }),
      { numRuns: 1000 },
    )
  })

  it("rules 1 and 7: every refusal is the caller's fault and quotes nothing of the header", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 12 }), (secret) => {
        const outcome = read(`Bearer ${secret}, ${secret}`)
        expect(outcome).toMatchObject({ code: 'invalid_request' })
        expect(JSON.stringify(outcome)).not.toContain(JSON.stringify(secret).slice(1, -1))
      }),
    )
  })
})
