import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../src/errors/refusal.js'
import { readScopes } from '../../src/principal/read-scopes.js'

describe('idp-tokens §2.5: the forms of scope', () => {
  it.each([
    ['a text', { scope: 's2s:internal s2s:write' }, ['s2s:internal', 's2s:write']],
    ['a list', { scope: ['s2s:internal', 's2s:write'] }, ['s2s:internal', 's2s:write']],
    ['scp as a text (Entra)', { scp: 'a b' }, ['a', 'b']],
    ['scp as a list (Okta, Hydra)', { scp: ['a', 'b'] }, ['a', 'b']],
    ['neither', {}, []],
    ['an empty text', { scope: '' }, []],
    ['an empty list', { scope: [] }, []],
    ['more than one space', { scope: ' a  b ' }, ['a', 'b']],
  ])('%s', (_what, claims, expected) => {
    expect(readScopes(claims)).toEqual(expected)
  })

  it('neither permissions nor roles are scopes', () => {
    expect(readScopes({ permissions: ['a'], roles: ['b'] })).toEqual([])
  })

  it.each([
    ['a tab', 'a\tb'],
    ['a newline', 'a\nb'],
    ['a no-break space', 'a\u00a0b'],
    ['a comma', 'a,b'],
    ['a plus', 'a+b'],
  ])('row 19: %s does not separate scopes', (_what, scope) => {
    expect(readScopes({ scope })).toEqual([scope])
  })

  it('row 19: an entry of a list is one scope, spaces and all', () => {
    expect(readScopes({ scope: ['a b'] })).toEqual(['a b'])
  })

  it('row 19: 5,000 scopes are read', () => {
    const scope = Array.from({ length: 5000 }, (_, index) => `s${index}`)
    expect(readScopes({ scope: scope.join(' ') })).toEqual(scope)
  })

  it('row 21: names that every object knows are ordinary scopes', () => {
    expect(readScopes({ scope: '__proto__ constructor' })).toEqual(['__proto__', 'constructor'])
    expect(readScopes(Object.create({ scope: 'a' }))).toEqual([])
  })

  it('hands out a list of its own', () => {
    const scope = ['a']
    expect(readScopes({ scope })).not.toBe(scope)
  })
})

describe('row 19: a wrong type refuses the token', () => {
  it.each([null, 5, 0, true, false, {}, { a: true }, [5], [null], ['a', 5], [['a']], [{}]])(
    '%j',
    (value) => {
      for (const name of ['scope', 'scp']) {
        expect(readScopes({ [name]: value })).toMatchObject({
          code: 'invalid_token',
          cause: 'claim_malformed',
          message: expect.stringContaining(`"${name}" to be text or a list of texts`),
        })
      }
    },
  )
})

describe('laws', () => {
  it('rule 8: no JSON makes it throw; it is a list of texts or a refusal', () => {
    fc.assert(
      fc.property(fc.constantFrom('scope', 'scp'), fc.jsonValue(), (name, value) => {
        const scopes = readScopes({ [name]: value })
        const isRight =
          typeof value === 'string' ||
          (Array.isArray(value) && value.every((one) => typeof one === 'string'))
        expect(isRefusal(scopes)).toBe(!isRight)
        if (isRefusal(scopes)) return
        for (const scope of scopes) expect(typeof scope).toBe('string')
      }),
      { numRuns: 1000 },
    )
  })

  it('RFC 6749 §3.3: reads back what was joined with spaces', () => {
    const token = fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]+$/)
    fc.assert(
      fc.property(fc.array(token), (scopes) => {
        const once = [...new Set(scopes)]
        expect(readScopes({ scope: scopes.join(' ') })).toEqual(once)
        expect(readScopes({ scp: scopes })).toEqual(once)
      }),
    )
  })
})
