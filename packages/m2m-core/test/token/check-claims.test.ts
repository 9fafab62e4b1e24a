import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkClaims, expired, isExpired } from '../../src/token/check-claims.js'
import type { JsonObject } from '../../src/token/compact.js'
import { advice } from './advice.js'
import { issuerRules } from './issuer-rules.js'

const now = 1_800_000_000
const good = {
  iss: 'https://issuer.test',
  aud: 'https://api.test',
  sub: 'billing',
  client_id: 'billing',
  iat: now - 10,
  exp: now + 290,
  jti: 'j1',
}
const refusalOf = (changes: JsonObject, rules = issuerRules()) => {
  const claims = Object.fromEntries(
    Object.entries({ ...good, ...changes }).filter(([, value]) => value !== undefined),
  )
  return checkClaims(claims, rules, now * 1000)
}
const check = (changes: JsonObject, rules = issuerRules()): string =>
  refusalOf(changes, rules)?.cause ?? 'admitted'

describe('row 12: exp is required, a number, and ahead', () => {
  it.each([
    ['missing', undefined, 'claim_missing'],
    ['a text', String(now + 290), 'claim_malformed'],
    ['an ISO date', '2030-01-01T00:00:00Z', 'claim_malformed'],
    ['null', null, 'claim_malformed'],
    ['true', true, 'claim_malformed'],
    ['a list', [now + 290], 'claim_malformed'],
    ['an object', {}, 'claim_malformed'],
    ['infinite', Number.POSITIVE_INFINITY, 'claim_malformed'],
    ['zero', 0, 'token_past_expiry'],
    ['negative', -1, 'token_past_expiry'],
    ['1e308', 1e308, 'token_lifetime'],
    ['-1e308', -1e308, 'token_past_expiry'],
    ['milliseconds', (now + 290) * 1000, 'token_lifetime'],
    ['an hour ago', now - 3600, 'token_past_expiry'],
    ['a fraction ahead', now + 290.5, 'admitted'],
    ['as JSON spells it, with an exponent', 1.80000029e9, 'admitted'],
  ])('%s', (_what, exp, expected) => {
    expect(check({ exp })).toBe(expected)
  })

  it.each([
    ['now', now, 'admitted'],
    ['one second ago', now - 1, 'admitted'],
    ['within the tolerance by a fraction', now - 4.999, 'admitted'],
    ['at the tolerance (RFC 7519 §4.1.4: on or after)', now - 5, 'token_past_expiry'],
    ['beyond the tolerance by a fraction', now - 5.001, 'token_past_expiry'],
  ])('clock tolerance 5 s: %s', (_what, exp, expected) => {
    expect(check({ exp })).toBe(expected)
  })

  it('without tolerance ends on the second', () => {
    const rules = issuerRules({ clockTolerance: 0 })
    expect(check({ exp: now }, rules)).toBe('token_past_expiry')
    expect(check({ exp: now + 0.001 }, rules)).toBe('admitted')
  })

  it('rule 8: an exp that a prototype lends is missing', () => {
    const { exp, ...rest } = good
    const claims = Object.assign(Object.create({ exp }) as object, rest) as unknown as JsonObject
    expect(checkClaims(claims, issuerRules(), now * 1000)?.cause).toBe('claim_missing')
  })
})

describe('row 13: iat and nbf are numbers and not ahead', () => {
  it.each(['iat', 'nbf'])('%s of another type is refused', (name) => {
    for (const value of ['1', null, true, [], {}, Number.POSITIVE_INFINITY]) {
      expect(check({ [name]: value })).toBe('claim_malformed')
    }
  })

  it.each(['iat', 'nbf'])('%s beyond the tolerance is refused', (name) => {
    expect(check({ [name]: now + 5 })).toBe('admitted')
    expect(check({ [name]: now + 5.001 })).toBe('token_not_yet_valid')
    expect(check({ [name]: now + 3600, exp: now + 7200 })).toBe('token_not_yet_valid')
    expect(check({ [name]: 1e308, exp: 1e308 })).toBe('token_not_yet_valid')
  })

  it('one of the two ahead is enough to refuse', () => {
    expect(check({ iat: now - 10, nbf: now + 60 })).toBe('token_not_yet_valid')
    expect(check({ iat: now + 60, nbf: now - 10 })).toBe('token_not_yet_valid')
  })

  it('nbf may be absent, and iat where the profile does not need it', () => {
    expect(check({ nbf: undefined })).toBe('admitted')
    expect(check({ iat: undefined }, issuerRules({ requiredClaims: [] }))).toBe('admitted')
  })
})

describe('rule 4: a token lives 24 h at most', () => {
  const day = 86_400

  it.each([
    ['exactly a day', now - 10, now - 10 + day, 'admitted'],
    ['a day and a second', now - 10, now - 10 + day + 1, 'token_lifetime'],
    ['ten years', now, now + 3650 * day, 'token_lifetime'],
    ['an old iat', 0, now + 60, 'token_lifetime'],
    ['a negative iat', -1e308, now + 60, 'token_lifetime'],
  ])('%s', (_what, iat, exp, expected) => {
    expect(check({ iat, exp })).toBe(expected)
  })

  it('counted from now where iat is absent', () => {
    const rules = issuerRules({ requiredClaims: [] })
    expect(check({ iat: undefined, exp: now + day }, rules)).toBe('admitted')
    expect(check({ iat: undefined, exp: now + day + 1 }, rules)).toBe('token_lifetime')
  })

  it('or as long as the option says', () => {
    expect(check({ iat: now, exp: now + 60 }, issuerRules({ maxTokenLifetime: 59 }))).toBe(
      'token_lifetime',
    )
  })
})

describe('row 14: aud', () => {
  it.each([
    ['the audience', 'https://api.test', 'admitted'],
    ['a list with it', ['https://api.test'], 'admitted'],
    ['a list with it and others', ['https://other.test', 'https://api.test'], 'admitted'],
    ['another', 'https://other.test', 'audience_mismatch'],
    ['a longer one', 'https://api.test-x', 'audience_mismatch'],
    ['a path below', 'https://api.test/other', 'audience_mismatch'],
    ['a prefix', 'https://api', 'audience_mismatch'],
    ['a trailing slash', 'https://api.test/', 'audience_mismatch'],
    ['another case', 'https://API.test', 'audience_mismatch'],
    ['white space', ' https://api.test', 'audience_mismatch'],
    ['a list in a text', 'https://api.test https://other.test', 'audience_mismatch'],
    ['a wildcard', '*', 'audience_mismatch'],
    ['an empty text', '', 'audience_mismatch'],
    ['an empty list', [], 'audience_mismatch'],
    ['a list of others', ['a', 'b'], 'audience_mismatch'],
    ['missing', undefined, 'claim_missing'],
    ['null', null, 'claim_malformed'],
    ['a number', 5, 'claim_malformed'],
    ['an object', { 'https://api.test': true }, 'claim_malformed'],
    ['a mixed list', ['https://api.test', 5], 'claim_malformed'],
    ['a nested list', [['https://api.test']], 'claim_malformed'],
    ['a list with null', [null, 'https://api.test'], 'claim_malformed'],
  ])('%s', (_what, aud, expected) => {
    expect(check({ aud })).toBe(expected)
  })

  it('may be any of several configured ones', () => {
    const rules = issuerRules({ audience: ['a', 'https://api.test'] })
    expect(check({ aud: 'a' }, rules)).toBe('admitted')
    expect(check({ aud: 'b' }, rules)).toBe('audience_mismatch')
  })

  it('rule 4: where client ids are pinned instead, the client counts', () => {
    const rules = issuerRules({ audience: [], clientIds: ['billing'], requiredClaims: [] })
    expect(check({ aud: undefined }, rules)).toBe('admitted')
    expect(check({ aud: undefined, client_id: 'billing-x' }, rules)).toBe('client_mismatch')
    expect(check({ aud: undefined, client_id: undefined }, rules)).toBe('client_mismatch')
    expect(check({ aud: undefined, client_id: 'Billing' }, rules)).toBe('client_mismatch')
  })

  it('rule 4: beside pinned clients an aud must name these clients and nobody else', () => {
    const clientIds = ['billing', 'reports']
    const rules = issuerRules({ audience: [], clientIds, requiredClaims: [] })
    for (const aud of ['billing', ['billing'], ['billing', 'reports'], []]) {
      expect(check({ aud }, rules)).toBe('admitted')
    }
    for (const aud of ['https://api.test', ['billing', 'https://api.test'], 'Billing', '']) {
      expect(check({ aud }, rules)).toBe('audience_mismatch')
    }
    for (const aud of [null, 5, { billing: true }, ['billing', 5]]) {
      expect(check({ aud }, rules)).toBe('claim_malformed')
    }
  })

  it('no audience and no client ids configured: nobody is meant', () => {
    const rules = issuerRules({ audience: [], clientIds: undefined })
    expect(check({}, rules)).toBe('audience_mismatch')
    expect(check({ aud: undefined }, rules)).toBe('claim_missing')
  })

  it('where both are configured, both count', () => {
    const rules = issuerRules({ clientIds: ['billing'] })
    expect(check({}, rules)).toBe('admitted')
    expect(check({ aud: 'b' }, rules)).toBe('audience_mismatch')
    expect(check({ client_id: 'reports', sub: 'reports' }, rules)).toBe('client_mismatch')
  })
})

describe('the client is where the profile says it is', () => {
  const rules = (clientIdClaims: readonly string[]) =>
    issuerRules({ audience: [], clientIds: ['billing'], requiredClaims: [], clientIdClaims })

  it.each(['azp', 'cid', 'appid', 'sub'])('%s', (name) => {
    const claims = { aud: undefined, client_id: undefined, sub: undefined }
    expect(check({ ...claims, [name]: 'billing' }, rules([name]))).toBe('admitted')
    expect(check({ ...claims, [name]: 'reports' }, rules([name]))).toBe('client_mismatch')
    expect(check({ ...claims, client_id: 'billing' }, rules([name]))).toBe('client_mismatch')
  })
})

describe('row 17: the claim by which a profile tells access tokens', () => {
  const rules = issuerRules({ kind: { claim: 'token_use', value: 'access' } })

  it('says exactly what an access token says', () => {
    expect(check({ token_use: 'access' }, rules)).toBe('admitted')
    for (const token_use of [undefined, 'id', 'Access', 'access ', '', null, ['access'], {}]) {
      expect(check({ token_use }, rules)).toBe('token_kind')
    }
  })

  it('rule 8: one that a prototype lends says nothing', () => {
    const claims = Object.assign(Object.create({ token_use: 'access' }) as object, good)
    expect(checkClaims(claims as unknown as JsonObject, rules, now * 1000)?.cause).toBe(
      'token_kind',
    )
  })

  it('rule 7: the log says what came', () => {
    const message = refusalOf({ token_use: 'id' }, rules)?.message
    expect(message).toMatch(advice)
    expect(message).toContain('claim token_use "id" marks another kind')
    expect(refusalOf({}, rules)?.message).toContain('claim token_use nothing')
  })
})

describe('row 17: other kinds of token', () => {
  it.each([
    ['an ID token', { nonce: 'n' }],
    ['an ID token', { nonce: null }],
    ['an ID token', { at_hash: 'x' }],
    ['an ID token', { c_hash: 'x' }],
    ['an ID token', { s_hash: 'x' }],
    ['a logout or security event token', { events: {} }],
    ['a Cognito ID token', { token_use: 'id' }],
    ['a token of unknown use', { token_use: 'refresh' }],
    ['an ID token', { typ: 'ID' }],
    ['a refresh token', { typ: 'Refresh' }],
    ['an ID token', { tok_type: 'IT' }],
    ['a token of malformed type', { typ: ['Bearer'] }],
    ['a token of malformed type', { tok_type: null }],
    ['a token of malformed use', { token_use: null }],
    ['a token of malformed use', { token_use: ['access'] }],
  ])('%s is refused: %j', (_what, changes) => {
    expect(check(changes)).toBe('token_kind')
  })

  it.each([
    { typ: 'Bearer' },
    { typ: 'at+jwt' },
    { typ: 'JWT' },
    { typ: 'access' },
    { typ: 'access_token' },
    { tok_type: 'AT' },
  ])('an access token is one: %j', (changes) => {
    expect(check(changes)).toBe('admitted')
  })

  it('token_use access is an access token', () => {
    expect(check({ token_use: 'access' })).toBe('admitted')
  })
})

describe('rows 34 and 37: a token with cnf is refused until its binding is verified', () => {
  it.each([{ jkt: 'thumbprint' }, { 'x5t#S256': 'thumbprint' }, { jwk: {} }, {}, null, 'x', []])(
    'cnf %j',
    (cnf) => {
      expect(check({ cnf })).toBe('token_bound')
    },
  )
})

describe('RFC 9068 §2.2: claims that must be there', () => {
  it.each(['sub', 'client_id', 'iat', 'jti'])('%s missing is refused', (name) => {
    expect(check({ [name]: undefined })).toBe('claim_missing')
  })

  it.each(['sub', 'jti', 'client_id', 'azp'])('%s of another type is refused', (name) => {
    for (const value of [1, null, true, [], {}, ['billing']]) {
      expect(check({ [name]: value })).toBe('claim_malformed')
    }
  })

  it.each(['sub', 'jti'])('%s may be absent where the profile does not need it', (name) => {
    expect(check({ [name]: undefined }, issuerRules({ requiredClaims: [] }))).toBe('admitted')
  })

  it('row 21: a claim that every object inherits does not count as there', () => {
    const rules = issuerRules({ requiredClaims: ['constructor'] })
    expect(check({}, rules)).toBe('claim_missing')
  })
})

describe('isExpired (row 41)', () => {
  it.each([
    [0, 99_999, false],
    [0, 100_000, true],
    [5, 104_999, false],
    [5, 105_000, true],
  ])('with a tolerance of %i s, exp 100 at %i ms: %s', (tolerance, millis, isOver) => {
    expect(isExpired(100, tolerance, millis)).toBe(isOver)
  })

  it('once over stays over', () => {
    const seconds = fc.integer({ min: 0, max: 4_000_000_000 })
    fc.assert(
      fc.property(seconds, seconds, fc.nat(100_000), (exp, at, later) => {
        if (!isExpired(exp, 5, at * 1000)) return
        expect(isExpired(exp, 5, at * 1000 + later)).toBe(true)
      }),
    )
  })

  it('is answered as token_expired', () => {
    expect(expired(100, 200)).toMatchObject({ code: 'token_expired', cause: 'token_past_expiry' })
  })
})

describe('rule 7: the log says what was expected, what came and what to change', () => {
  it.each<readonly [changes: JsonObject, parts: readonly string[]]>([
    [{ exp: undefined }, ['claim "exp"', 'add it']],
    [{ jti: undefined }, ['claim "jti"', 'profile']],
    [{ aud: undefined }, ['claim "aud"']],
    [{ sub: 7 }, ['claim "sub" to be text', 'got 7']],
    [{ exp: 'soon' }, ['claim "exp" to be a number of seconds', 'got "soon"']],
    [{ iat: 'now' }, ['claim "iat" to be a number of seconds', 'got "now"']],
    [{ nbf: null }, ['claim "nbf" to be a number of seconds', 'got null']],
    [{ aud: 5 }, ['claim "aud" to be text or a list of texts', 'got 5']],
    [{ nonce: 'n' }, ['claim "nonce" marks another kind', 'client-credentials']],
    [{ s_hash: 'x' }, ['claim "s_hash" marks another kind']],
    [{ token_use: 'id' }, ['token_use "id" marks another kind']],
    [{ typ: 'ID' }, ['claim typ "ID" marks another kind']],
    [{ tok_type: 'IT' }, ['claim tok_type "IT" marks another kind']],
    [{ cnf: {} }, ['claim "cnf"', 'DPoP']],
    [{ aud: 'b' }, ['["https://api.test"]', 'got "b"', 'https://issuer.test', 'set audience']],
    [{ exp: now - 65 }, ['it passed 65 s ago', 'fetch a new token', 'clocks']],
    [{ nbf: now + 65 }, ['they do by 65 s', 'clocks']],
    [{ iat: now - 90_000 }, ['at most 86400 s', 'got 90290 s', 'maxTokenLifetime']],
  ])('of %j', (changes, parts) => {
    const message = refusalOf(changes)?.message
    expect(message).toMatch(advice)
    for (const part of parts) expect(message).toContain(part)
  })

  it('of an audience beside pinned clients', () => {
    const rules = issuerRules({ audience: [], clientIds: ['billing'] })
    const message = refusalOf({}, rules)?.message
    expect(message).toMatch(advice)
    expect(message).toContain('["billing"], got "https://api.test"')
  })

  it('of a client that is not one of those pinned', () => {
    const message = refusalOf({}, issuerRules({ clientIds: ['reports'] }))?.message
    expect(message).toMatch(advice)
    expect(message).toContain('one of clientIds, got "billing"')
  })
})

describe('laws', () => {
  const names = ['exp', 'iat', 'nbf', 'aud', 'sub', 'jti', 'client_id', 'cnf', 'nonce', 'token_use']
  const changes = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), fc.jsonValue())

  it('rule 8: no JSON makes it throw, and every refusal is a 401 code', () => {
    fc.assert(
      fc.property(changes, (claims) => {
        const refusal = checkClaims({ ...good, ...claims }, issuerRules(), now * 1000)
        expect([undefined, 'invalid_token', 'token_expired']).toContain(refusal?.code)
      }),
      { numRuns: 1000 },
    )
  })

  it('rule 4: what it admits has a numeric exp ahead, within a day of iat', () => {
    const time = fc.oneof(fc.double(), fc.integer(), fc.integer({ min: now - 9e4, max: now + 9e4 }))
    fc.assert(
      fc.property(time, time, time, (exp, iat, nbf) => {
        if (checkClaims({ ...good, exp, iat, nbf }, issuerRules(), now * 1000)) return
        expect(exp).toBeGreaterThan(now - 5)
        expect(Math.max(iat, nbf)).toBeLessThanOrEqual(now + 5)
        expect(exp - iat).toBeLessThanOrEqual(86_400)
      }),
      { numRuns: 1000 },
    )
  })

  it('row 30: whatever a claim holds, the message is one short line', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.jsonValue(), (name, value) => {
        const refusal = checkClaims({ ...good, [name]: value }, issuerRules(), now * 1000)
        expect(refusal?.message ?? '').toMatch(/^[\x20-\x7e]{0,5000}$/)
      }),
    )
  })
})
