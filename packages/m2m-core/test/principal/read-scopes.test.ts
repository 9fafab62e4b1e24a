import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../src/errors/refusal.js'
import { generic } from '../../src/principal/profiles/generic.js'
import { readScopes } from '../../src/principal/read-scopes.js'
import type { JsonObject } from '../../src/token/compact.js'
import { claimSources } from './claim-sources.js'

/** Where nothing is said, every claim of the generic profile grants. */
const read = (claims: JsonObject, changes: Parameters<typeof claimSources>[0] = {}) =>
  readScopes(claims, claimSources({ grants: generic.grantsFrom, ...changes }))

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
    expect(read(claims)).toEqual(expected)
  })

  it('scope and scp together grant what either does, each scope once', () => {
    expect(read({ scope: 'a b', scp: ['b', 'c'] })).toEqual(['a', 'b', 'c'])
    expect(read({ scope: 'a a', scp: 'a' })).toEqual(['a'])
    expect(read({ scope: 'a', scp: 7 })).toMatchObject({ cause: 'claim_malformed' })
    expect(read({ scope: 7, scp: 'a' })).toMatchObject({ cause: 'claim_malformed' })
  })

  it('neither permissions nor roles are scopes', () => {
    expect(read({ permissions: ['a'], roles: ['b'] })).toEqual([])
  })

  it.each([
    ['a tab', 'a\tb'],
    ['a newline', 'a\nb'],
    ['a no-break space', 'a\u00a0b'],
    ['a comma', 'a,b'],
    ['a plus', 'a+b'],
  ])('row 19: %s does not separate scopes', (_what, scope) => {
    expect(read({ scope })).toEqual([scope])
  })

  it('row 19: an entry of a list is one scope, spaces and all', () => {
    expect(read({ scope: ['a b'] })).toEqual(['a b'])
  })

  it('row 19: 5,000 scopes are read', () => {
    const scope = Array.from({ length: 5000 }, (_, index) => `s${index}`)
    expect(read({ scope: scope.join(' ') })).toEqual(scope)
  })

  it('row 21: names that every object knows are ordinary scopes', () => {
    expect(read({ scope: '__proto__ constructor' })).toEqual(['__proto__', 'constructor'])
    expect(read(Object.create({ scope: 'a' }))).toEqual([])
  })

  it('hands out a list of its own', () => {
    const scope = ['a']
    expect(read({ scope })).not.toBe(scope)
  })
})

describe('grantsFrom: the claims that grant', () => {
  const claims = {
    scope: 'openid',
    roles: ['s2s:internal'],
    resource_access: { api: { roles: ['s2s:write'] } },
    'https://acme.test/roles': 'audit',
  }

  it('are those that are named, by name or path, and no others', () => {
    const grants = ['roles', 'resource_access.api.roles', 'https://acme.test/roles']
    expect(read(claims, { grants })).toEqual(['s2s:internal', 's2s:write', 'audit'])
    expect(read(claims, { grants: ['permissions', 'resource_access.other.roles'] })).toEqual([])
  })

  it('a path that ends in something else refuses the token and names the claim', () => {
    const refusal = read(claims, { grants: ['resource_access.api'] })
    expect(refusal).toMatchObject({
      code: 'invalid_token',
      cause: 'claim_malformed',
      message: expect.stringContaining('claim "resource_access.api" to be text or a list of texts'),
    })
  })
})

describe('scopePrefix: what belongs to this API', () => {
  const prefixed = (scope: unknown, scopePrefix: string) => read({ scope }, { scopePrefix })

  it('counts only with it, and without it', () => {
    const scope = 'transfers-api/s2s:internal other-api/s2s:write openid'
    expect(prefixed(scope, 'transfers-api/')).toEqual(['s2s:internal'])
    expect(prefixed(scope.split(' '), 'other-api/')).toEqual(['s2s:write'])
    expect(prefixed(scope, 'third-api/')).toEqual([])
  })

  it('is taken away once, and only at the beginning', () => {
    expect(prefixed('a/a/x x/a/y', 'a/')).toEqual(['a/x'])
    expect(prefixed('A/x', 'a/')).toEqual([])
    expect(prefixed('axb', '.')).toEqual([])
  })

  it('a scope that has none of it is not granted by being written without it', () => {
    expect(prefixed('s2s:internal', 'transfers-api/')).toEqual([])
  })
})

describe('row 19: a wrong type refuses the token', () => {
  it.each([null, 5, 0, true, false, {}, { a: true }, [5], [null], ['a', 5], [['a']], [{}]])(
    '%j',
    (value) => {
      for (const name of ['scope', 'scp']) {
        expect(read({ [name]: value })).toMatchObject({
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
        const scopes = read({ [name]: value })
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
        expect(read({ scope: scopes.join(' ') })).toEqual(once)
        expect(read({ scp: scopes })).toEqual(once)
      }),
    )
  })
})
