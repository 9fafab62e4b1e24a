import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../src/errors/refusal.js'
import { isJsonObject, member, readCompact } from '../../src/token/compact.js'

const longest = 8192
const encode = (value: string | Buffer): string => Buffer.from(value).toString('base64url')
const header = '{"alg":"ES256","typ":"at+jwt"}'
const claims = '{"iss":"https://issuer.test","sub":"billing"}'
const signature = Buffer.alloc(64, 0xa5)
const compact = (...parts: (string | Buffer)[]): string => parts.map(encode).join('.')
const token = compact(header, claims, signature)
const [headerPart = '', claimsPart = '', signaturePart = ''] = token.split('.')

const causeOf = (text: string, most = longest): string => {
  const outcome = readCompact(text, most)
  return isRefusal(outcome) ? outcome.cause : 'admitted'
}

describe('a token in its one spelling', () => {
  it('is taken apart', () => {
    expect(readCompact(token, longest)).toEqual({
      header: { alg: 'ES256', typ: 'at+jwt' },
      claims: { iss: 'https://issuer.test', sub: 'billing' },
    })
  })

  it.each([1, 2, 3, 4, 63, 64, 65, 66])('is admitted with a signature of %i bytes', (size) => {
    expect(causeOf(compact(header, claims, Buffer.alloc(size, 0xff)))).toBe('admitted')
  })

  it('row 28: may be as long as the cap and not one character longer', () => {
    expect(causeOf(token, token.length)).toBe('admitted')
    expect(causeOf(token, token.length - 1)).toBe('token_too_long')
  })
})

describe('rule 4: another spelling of the token is refused', () => {
  it.each([
    ['a trailing space', `${token} `],
    ['a leading space', ` ${token}`],
    ['a trailing newline', `${token}\n`],
    ['a newline inside', `${token.slice(0, -5)}\n${token.slice(-5)}`],
    ['a tab inside', `${token.slice(0, -5)}\t${token.slice(-5)}`],
    ['padding', `${token}==`],
    ['padding of the header', `${headerPart}=.${claimsPart}.${signaturePart}`],
    ['a trailing dot', `${token}.`],
    ['a leading dot', `.${token}`],
    ['four segments', `${token}.${signaturePart}`],
    ['five segments, a JWE', `${token}.${signaturePart}.${signaturePart}`],
    ['two segments', `${headerPart}.${claimsPart}`],
    ['one segment', headerPart],
    ['nothing', ''],
    ['dots only', '..'],
    ['thousands of dots', '.'.repeat(8000)],
    ['an empty header', `.${claimsPart}.${signaturePart}`],
    ['an empty payload', `${headerPart}..${signaturePart}`],
    ['an empty signature', `${headerPart}.${claimsPart}.`],
    ['the other base64 alphabet', `${headerPart}.${claimsPart}.ab+/`],
    ['a part of impossible length', `${headerPart}.${claimsPart}.abcde`],
    ['a part of impossible length that wastes no bits', `${headerPart}.${claimsPart}.abcdA`],
    ['a NUL', `${token}\0`],
    ['latin-1 letters', `${headerPart}.${claimsPart}.ab\u00e9d`],
    ['letters that fold to ASCII', `${headerPart}.${claimsPart}.ab\u212ad`],
    ['a full-width dot', `${headerPart}\uff0e${claimsPart}\uff0e${signaturePart}`],
    ['JSON serialisation', JSON.stringify({ payload: claimsPart, signature: signaturePart })],
    ['an opaque token', 'mF_9.B5f-4.1JqM~'],
  ])('row 8: %s', (_what, text) => {
    expect(causeOf(text)).toBe('token_spelling')
  })

  it('finding 1: of the last characters that decode to one signature, one is admitted', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const spellings = [...alphabet].map((last) => `${token.slice(0, -1)}${last}`)
    const admitted = spellings.filter((text) => causeOf(text) === 'admitted')
    const signatures = admitted.map((text) =>
      Buffer.from(text.split('.')[2] ?? '', 'base64url').toString('hex'),
    )
    expect(new Set(signatures).size).toBe(admitted.length)
    expect(admitted).toContain(token)
  })

  it.each([0, 1, 2])('row 8: no part may waste bits, be it the signature or not: part %i', (at) => {
    // One byte more than a multiple of three leaves four bits over in the last character.
    const parts = ['{"alg":1}', '{"iss":1}', 'signature'].map((part) => `${part} `).map(encode)
    expect(causeOf(parts.join('.'))).toBe('admitted')
    const last = parts[at]?.at(-1)?.charCodeAt(0) ?? 0
    const respelt = parts.map((part, index) =>
      index === at ? part.slice(0, -1) + String.fromCharCode(last + 1) : part,
    )
    expect(causeOf(respelt.join('.'))).toBe('token_spelling')
  })

  it('no edit of a token is admitted that decodes to the same token', () => {
    const character = fc.oneof(
      fc.nat(255).map((code) => String.fromCharCode(code)),
      fc.constantFrom('=', ' ', '\n', '.', '-', '_', '+', '/', 'A', 'B', ''),
    )
    const edit = fc.tuple(fc.nat(token.length), fc.nat(2), character)
    const decoded = (text: string): string[] =>
      text.split('.').map((part) => Buffer.from(part, 'base64url').toString('hex'))
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        const edited = edits.reduce(
          (text, [at, removed, added]) => text.slice(0, at) + added + text.slice(at + removed),
          token,
        )
        if (edited === token || causeOf(edited) !== 'admitted') return
        expect(decoded(edited)).not.toEqual(decoded(token))
      }),
      { numRuns: 5000 },
    )
  })

  it('what is admitted re-encodes to itself, part by part', () => {
    const part = fc.uint8Array({ minLength: 1, maxLength: 70 })
    fc.assert(
      fc.property(part, fc.nat(3), (bytes, wasted) => {
        const canonical = encode(Buffer.from(bytes))
        const last = String.fromCharCode(canonical.charCodeAt(canonical.length - 1) + wasted)
        const text = `${headerPart}.${claimsPart}.${canonical.slice(0, -1)}${last}`
        if (causeOf(text) !== 'admitted') return
        const again = text.split('.').map((one) => encode(Buffer.from(one, 'base64url')))
        expect(again.join('.')).toBe(text)
      }),
    )
  })
})

describe('row 11: header and claims are JSON objects in UTF-8', () => {
  const invalidUtf8 = Buffer.concat([Buffer.from('{"a":"'), Buffer.of(0xff), Buffer.from('"}')])
  const bom = Buffer.concat([Buffer.of(0xef, 0xbb, 0xbf), Buffer.from('{}')])
  const cases: [string, string | Buffer][] = [
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '1'],
    ['a text', '"a"'],
    ['no JSON', 'abc'],
    ['JSON and more', '{} {}'],
    ['a byte order mark', bom],
    ['invalid UTF-8', invalidUtf8],
    ['UTF-16', Buffer.from('{}', 'utf16le')],
    ['a single quote', "{'a':1}"],
  ]

  it.each(cases)('%s as header is refused', (_what, part) => {
    expect(causeOf(compact(part, claims, signature))).toBe('token_not_json')
  })

  it.each(cases)('%s as claims is refused', (_what, part) => {
    expect(causeOf(compact(header, part, signature))).toBe('token_not_json')
  })

  it('row 20: of duplicate names the last one counts, everywhere', () => {
    const twice = compact('{"alg":"none","alg":"ES256"}', '{"scope":"a","scope":"b"}', signature)
    expect(readCompact(twice, longest)).toEqual({
      header: { alg: 'ES256' },
      claims: { scope: 'b' },
    })
  })

  it('finding 6: nesting as deep as fits does no harm', () => {
    const deep = `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`
    expect(causeOf(compact(header, deep, signature), 16_384)).toBe('admitted')
  })
})

describe('row 21: names that a prototype knows', () => {
  it('are ordinary members and pollute nothing', () => {
    const text = '{"__proto__":{"admin":true},"constructor":1,"toString":2}'
    const outcome = readCompact(compact(header, text, signature), longest)
    if (isRefusal(outcome)) throw new Error('expected the token to be admitted')
    expect(member(outcome.claims, '__proto__')).toEqual({ admin: true })
    expect(member(outcome.claims, 'admin')).toBeUndefined()
    expect(member(outcome.claims, 'constructor')).toBe(1)
    expect(Object.hasOwn(Object.prototype, 'admin')).toBe(false)
  })

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    '%s is no member of an empty object',
    (name) => {
      expect(member({}, name)).toBeUndefined()
    },
  )
})

describe('laws', () => {
  it('rule 8: no text makes it throw', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.base64String(), { maxLength: 6 }).map((parts) => parts.join('.')),
      fc.tuple(fc.json(), fc.json(), fc.string({ minLength: 1 })).map((parts) => compact(...parts)),
    )
    fc.assert(
      fc.property(text, (value) => {
        const outcome = readCompact(value, longest)
        expect(isRefusal(outcome) || isJsonObject(outcome.claims)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })

  it('R1 and rule 7: every refusal is invalid_token and repeats no part of the token', () => {
    for (const text of [`${token} `, `${token}==`, compact('[]', claims, signature)]) {
      const outcome = readCompact(text, longest)
      expect(outcome).toMatchObject({ code: 'invalid_token' })
      expect(JSON.stringify(outcome)).not.toContain(claimsPart)
    }
  })

  it.each([
    [
      'an opaque token',
      'b3BhcXVl',
      8192,
      /^expected .* three base64url parts, .*; an opaque .* JWT$/,
    ],
    [
      'no JSON',
      compact('[]', claims, signature),
      8192,
      /^expected .* JSON objects .*; it is no JWT$/,
    ],
    [
      'too long',
      token,
      10,
      /^expected .* 10 characters, got \d+; .* maxTokenLength \(16384 at most\)$/,
    ],
  ])(
    'rule 7: the log says what was expected and what to change: %s',
    (_what, text, most, words) => {
      const outcome = readCompact(text, most)
      expect(isRefusal(outcome) && outcome.message).toMatch(words)
    },
  )

  it('isJsonObject is true for objects only', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const isObject = JSON.stringify(value).startsWith('{')
        expect(isJsonObject(value)).toBe(isObject)
      }),
    )
  })
})
