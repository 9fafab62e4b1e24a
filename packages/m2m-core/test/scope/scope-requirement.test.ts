import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../src/errors/refusal.js'
import { readScopes } from '../../src/principal/read-scopes.js'
import {
  checkScope,
  parseRequiredScope,
  type RequiredScope,
  type ScopeRequirement,
} from '../../src/scope/scope-requirement.js'
import { claimSources } from '../principal/claim-sources.js'
import { advice } from '../token/advice.js'

const need = (value: RequiredScope): ScopeRequirement => {
  const requirement = parseRequiredScope(value)
  if ('code' in requirement) throw new Error(requirement.message)
  return requirement
}
const isMet = (value: RequiredScope, granted: readonly string[]): boolean =>
  checkScope(need(value), granted) === undefined

describe('the forms of requiredScope', () => {
  it.each<[string, RequiredScope, readonly string[], boolean]>([
    ['one scope, granted', 'a', ['a'], true],
    ['one scope, granted among others', 'a', ['b', 'a'], true],
    ['one scope, not granted', 'a', ['b'], false],
    ['one scope, nothing granted', 'a', [], false],
    ['a list, all granted', ['a', 'b'], ['b', 'a'], true],
    ['a list, one granted', ['a', 'b'], ['a'], false],
    ['a list, the other granted', ['a', 'b'], ['b'], false],
    ['a list of one', ['a'], ['a'], true],
    ['any, one granted', { any: ['a', 'b'] }, ['b'], true],
    ['any, all granted', { any: ['a', 'b'] }, ['a', 'b'], true],
    ['any, none granted', { any: ['a', 'b'] }, ['c'], false],
    ['any of one', { any: ['a'] }, ['b'], false],
    ['null opts out in words', null, [], true],
  ])('%s', (_what, required, granted, expected) => {
    expect(isMet(required, granted)).toBe(expected)
  })

  it.each([
    ['undefined', undefined, 'M2M_CFG_SCOPE_MISSING'],
    ['an empty text', '', 'M2M_CFG_SCOPE_INVALID'],
    ['a space', ' ', 'M2M_CFG_SCOPE_INVALID'],
    ['two scopes in one text', 'a b', 'M2M_CFG_SCOPE_INVALID'],
    ['a tab', 'a\tb', 'M2M_CFG_SCOPE_INVALID'],
    ['row 29: a line break', 'a\r\nb', 'M2M_CFG_SCOPE_INVALID'],
    ['row 29: a trailing line break', 'a\n', 'M2M_CFG_SCOPE_INVALID'],
    ['row 29: a quote', 'a"b', 'M2M_CFG_SCOPE_INVALID'],
    ['row 29: a backslash', 'a\\b', 'M2M_CFG_SCOPE_INVALID'],
    ['row 29: beyond ASCII', 'caf\u00e9', 'M2M_CFG_SCOPE_INVALID'],
    ['a NUL', 'a\0', 'M2M_CFG_SCOPE_INVALID'],
    ['an empty list', [], 'M2M_CFG_SCOPE_INVALID'],
    ['a list with an empty text', ['a', ''], 'M2M_CFG_SCOPE_INVALID'],
    ['a list with nothing', ['a', undefined], 'M2M_CFG_SCOPE_INVALID'],
    ['a list with a number', ['a', 5], 'M2M_CFG_SCOPE_INVALID'],
    ['a nested list', [['a']], 'M2M_CFG_SCOPE_INVALID'],
    ['any of nothing', { any: [] }, 'M2M_CFG_SCOPE_INVALID'],
    ['any of an empty text', { any: [''] }, 'M2M_CFG_SCOPE_INVALID'],
    ['any that is a text', { any: 'a' }, 'M2M_CFG_SCOPE_INVALID'],
    ['any that is null', { any: null }, 'M2M_CFG_SCOPE_INVALID'],
    ['all, which is no form', { all: ['a'] }, 'M2M_CFG_SCOPE_INVALID'],
    ['an empty object', {}, 'M2M_CFG_SCOPE_INVALID'],
    ['false', false, 'M2M_CFG_SCOPE_INVALID'],
    ['true', true, 'M2M_CFG_SCOPE_INVALID'],
    ['zero', 0, 'M2M_CFG_SCOPE_INVALID'],
    ['a set', new Set(['a']), 'M2M_CFG_SCOPE_INVALID'],
    ['a function', () => 'a', 'M2M_CFG_SCOPE_INVALID'],
    ['a function with any', Object.assign(() => 'a', { any: ['a'] }), 'M2M_CFG_SCOPE_INVALID'],
  ])('%s never means nothing required', (_what, value, code) => {
    const message = expect.stringMatching(advice)
    expect(parseRequiredScope(value)).toMatchObject({ code, path: 'requiredScope', message })
  })

  it.each<[RequiredScope, ScopeRequirement['mode'], readonly string[]]>([
    [null, 'all', []],
    ['a', 'all', ['a']],
    [['a', 'b'], 'all', ['a', 'b']],
    [{ any: ['a', 'b'] }, 'any', ['a', 'b']],
  ])('%j says whether all or any of its scopes are needed', (value, mode, scopes) => {
    expect(need(value)).toMatchObject({ mode, scopes })
  })

  it('are read once: changing the list later changes nothing', () => {
    const list = ['a']
    const requirement = need(list)
    list[0] = 'b'
    expect(checkScope(requirement, ['b'])).toBeDefined()
    expect(Object.isFrozen(requirement)).toBe(true)
    expect(Object.isFrozen(requirement.scopes)).toBe(true)
  })
})

describe('row 19: what a token says is compared exactly', () => {
  const required = 's2s:internal'

  it.each<[string, unknown]>([
    ['a longer one', 's2s:internal-x'],
    ['a shorter one', 's2s:interna'],
    ['a prefix', 's2s'],
    ['one that ends so', 'x-s2s:internal'],
    ['another case', 'S2S:Internal'],
    ['a tab between', 'openid\ts2s:internal'],
    ['a newline after', 's2s:internal\n'],
    ['a no-break space between', 'openid\u00a0s2s:internal'],
    ['a comma list', 'openid,s2s:internal'],
    ['a comma after', 's2s:internal,'],
    ['a JSON list in a text', '["s2s:internal"]'],
    ['quotes', '"s2s:internal"'],
    ['a zero-width space', 's2s:\u200binternal'],
    ['a full-width letter', 's2s:\uff49nternal'],
    ['a wildcard', 's2s:*'],
    ['a wildcard for all', '*'],
    ['a list entry with a space', ['s2s:internal openid']],
    ['a list entry in another case', ['S2S:INTERNAL']],
    ['an empty list', []],
    ['an empty text', ''],
    ['row 21: a name that every object knows', '__proto__ constructor'],
  ])('%s is not enough', (_what, scope) => {
    const scopes = readScopes({ scope }, claimSources())
    if (isRefusal(scopes)) throw new Error('expected scopes')
    expect(isMet(required, scopes)).toBe(false)
  })

  it.each<[string, unknown]>([
    ['alone', 's2s:internal'],
    ['among others', 'openid s2s:internal email'],
    ['after two spaces', 'openid  s2s:internal'],
    ['twice', 's2s:internal s2s:internal'],
    ['in a list', ['openid', 's2s:internal']],
  ])('%s is enough', (_what, scope) => {
    const scopes = readScopes({ scope }, claimSources())
    if (isRefusal(scopes)) throw new Error('expected scopes')
    expect(isMet(required, scopes)).toBe(true)
  })
})

describe('the refusal', () => {
  it('R3: is 403 insufficient_scope and names what is needed', () => {
    expect(checkScope(need(['a', 'b:c']), [])).toMatchObject({
      code: 'insufficient_scope',
      cause: 'scope_missing',
      scope: 'a b:c',
    })
  })

  it.each<[RequiredScope, string]>([
    ['a', 'expected scope ["a"], '],
    [['a', 'b'], 'expected scope ["a", "b"], '],
    [{ any: ['a', 'b'] }, 'expected scope one of ["a", "b"], '],
    [{ any: ['a'] }, 'expected scope ["a"], '],
  ])('rule 7: tells the operator of %j which scope to grant', (required, beginning) => {
    const message = checkScope(need(required), [])?.message
    expect(message).toMatch(advice)
    expect(message?.startsWith(beginning)).toBe(true)
  })

  it('rule 7: says nothing of what the token has', () => {
    const refusal = checkScope(need('a'), ['secret-scope'])
    expect(JSON.stringify(refusal)).not.toContain('secret-scope')
  })
})

describe('laws', () => {
  const scope = fc.oneof(
    fc.constantFrom('a', 'A', 'b', 'aa', 'a:b', '__proto__', 'constructor', '*'),
    fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]+$/),
  )
  const scopes = fc.array(scope, { minLength: 1, maxLength: 4 })
  const granted = fc.array(fc.oneof(scope, fc.string()), { maxLength: 6 })
  const equals = (list: readonly string[], one: string): boolean => list.some((it) => it === one)

  it('all: met exactly when each scope is granted, code point by code point', () => {
    fc.assert(
      fc.property(scopes, granted, (required, given) => {
        expect(isMet(required, given)).toBe(required.every((one) => equals(given, one)))
      }),
      { numRuns: 1000 },
    )
  })

  it('any: met exactly when one scope is granted, code point by code point', () => {
    fc.assert(
      fc.property(scopes, granted, (any, given) => {
        expect(isMet({ any }, given)).toBe(any.some((one) => equals(given, one)))
      }),
      { numRuns: 1000 },
    )
  })

  it('what is granted meets itself, and stays enough with more granted', () => {
    fc.assert(
      fc.property(scopes, granted, (required, more) => {
        expect(isMet(required, [...required, ...more])).toBe(true)
        expect(isMet({ any: required }, [...more, ...required])).toBe(true)
      }),
    )
  })

  it('any value is a requirement or a problem; only null requires nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), scopes, scope), (value) => {
        const requirement = parseRequiredScope(value)
        if ('code' in requirement) expect(requirement.code).toMatch(/^M2M_CFG_SCOPE_/)
        else expect(checkScope(requirement, []) === undefined).toBe(value === null)
      }),
      { numRuns: 1000 },
    )
  })
})
