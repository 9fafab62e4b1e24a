import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkOneToken, readBearer } from '../../src/credential/read-bearer.js'
import { isRefusal } from '../../src/errors/refusal.js'
import type { M2MRequest } from '../../src/http/request.js'

/** The token that the whole stage yields, undefined when it refuses. */
const tokenOf = (request: M2MRequest): string | undefined => {
  const credential = readBearer(request)
  if (isRefusal(credential) || checkOneToken(credential)) return undefined
  return credential.token
}

const scheme = fc
  .tuple(fc.constant('bearer'), fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }))
  .map(([word, isUpper]) =>
    [...word].map((letter, at) => (isUpper[at] ? letter.toUpperCase() : letter)).join(''),
  )
const token = fc
  .oneof(fc.stringMatching(/^[\w.~+/=-]+$/), fc.string({ unit: 'binary', minLength: 1 }))
  .filter((text) => !/[ ,\t]/.test(text))
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .tuple(scheme, fc.constantFrom(' ', '  ', '\t', '', ': ', ', '), token)
    .map((it) => it.join('')),
  fc
    .array(fc.constantFrom('Bearer', 'bearer ', ' ', ',', '\t', 'a.b.c', '\u00e9', '\ud800'))
    .map((parts) => parts.join('')),
)
/** What transports other than Node hand over as a header: numbers, buffers, lists of them. */
const value = fc.oneof(
  { weight: 4, arbitrary: text },
  { weight: 2, arbitrary: fc.array(text, { maxLength: 3 }) },
  fc.constantFrom<unknown>(undefined, null, 5, true, {}, [], Buffer.from('Bearer abc')),
  fc.array(fc.constantFrom<unknown>(undefined, null, 5, {}, ['Bearer abc'], Buffer.from('a'))),
)
const headerName = fc.oneof(
  fc.constantFrom('authorization', 'Authorization', 'AUTHORIZATION', 'Host', 'x-authorization'),
  fc.string({ unit: 'binary' }),
)
const rawHeaders = fc.option(fc.array(fc.oneof(headerName, text), { maxLength: 9 }), {
  nil: undefined,
})
const request = fc
  .tuple(fc.dictionary(headerName, value), fc.option(value), rawHeaders)
  .map(([others, authorization, raw]) => ({
    headers: { ...others, ...(authorization !== null && { authorization }) },
    rawHeaders: raw,
  })) as fc.Arbitrary<M2MRequest>

/** The one token that RFC 6750 §2.1 and RFC 9110 §5.3 see in a request, read without any state. */
const onlyToken = ({ headers, rawHeaders: raw = [] }: M2MRequest): string | undefined => {
  const sent = raw.filter((name, at) => at % 2 === 0 && name.toLowerCase() === 'authorization')
  if (sent.length > 1) return undefined
  const own = Object.entries(headers).find(([name]) => name === 'authorization')?.[1] as unknown
  const values: readonly unknown[] = Array.isArray(own) ? own : [own]
  const [only] = values
  if (values.length !== 1 || typeof only !== 'string') return undefined
  return /^bearer ([^ ,\t]+)$/is.exec(only)?.[1]
}

describe('rule 8 and rows 24 to 26: exactly one bearer credential, or no token', {
  timeout: 600_000,
}, () => {
  it('whatever the scheme is spelt like, the token comes out as it went in', () => {
    fc.assert(
      fc.property(scheme, token, fc.boolean(), (word, given, isListed) => {
        const header = `${word} ${given}`
        const headers = { authorization: isListed ? [header] : header }
        expect(tokenOf({ headers, rawHeaders: [word, 'x', 'Authorization', header] })).toBe(given)
      }),
      { numRuns: 1000 },
    )
  })

  it('no header bag makes it throw, and only one credential yields a token', () => {
    fc.assert(
      fc.property(request, (given) => {
        expect(tokenOf(given)).toBe(onlyToken(given))
      }),
      { numRuns: 3000 },
    )
  })

  it('row 26: a second Authorization header takes the token away, wherever it stands', () => {
    const pair = fc.tuple(headerName, text)
    const name = fc.constantFrom('authorization', 'Authorization', 'aUTHORIZATION')
    fc.assert(
      fc.property(token, fc.array(pair), name, text, fc.nat(), (given, others, second, ...rest) => {
        const [secondValue, place] = rest
        const header = `Bearer ${given}`
        const pairs = [['Authorization', header], ...others]
        pairs.splice(place % (pairs.length + 1), 0, [second, secondValue])
        const headers = { authorization: header }
        expect(tokenOf({ headers, rawHeaders: pairs.flat() })).toBeUndefined()
      }),
      { numRuns: 500 },
    )
  })

  it.each<readonly [what: string, value: unknown]>([
    ['a number', 5],
    ['bytes', Buffer.from('Bearer abc')],
    ['a list of a number', [5]],
    ['a list of bytes, as Kafka clients give it', [Buffer.from('Bearer abc')]],
    ['a list in a list', [['Bearer abc']]],
    ['a list of null', [null]],
    ['an object', {}],
  ])('rule 8: a header that is %s is malformed, not a fault', (_what, authorization) => {
    const headers = { authorization } as M2MRequest['headers']
    expect(readBearer({ headers })).toMatchObject({ code: 'invalid_request' })
  })
})
