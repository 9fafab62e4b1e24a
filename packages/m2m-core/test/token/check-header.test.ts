import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../src/errors/refusal.js'
import { checkHeader } from '../../src/token/check-header.js'
import type { JsonObject } from '../../src/token/compact.js'
import { advice } from './advice.js'
import { issuerRules } from './issuer-rules.js'

const good = { alg: 'ES256', typ: 'at+jwt', kid: 'k1' }
const causeOf = (header: JsonObject, rules = issuerRules()): string => {
  const outcome = checkHeader(header, rules)
  return isRefusal(outcome) ? outcome.cause : 'admitted'
}

describe('a good header', () => {
  it('says which algorithm and which key', () => {
    expect(checkHeader(good, issuerRules())).toEqual({ algorithm: 'ES256', keyId: 'k1' })
  })

  it('need not name a key', () => {
    const { kid: _, ...anonymous } = good
    expect(checkHeader(anonymous, issuerRules())).toEqual({ algorithm: 'ES256', keyId: undefined })
  })

  it('may carry members that choose nothing', () => {
    expect(causeOf({ ...good, x5t: 'a', 'x5t#S256': 'b', cty: 'JWT', custom: 1 })).toBe('admitted')
  })
})

describe('rows 1, 2 and 10: the algorithm', () => {
  it.each([
    'none',
    'None',
    'nOnE',
    'NONE',
    '',
    'HS256',
    'HS512',
    'es256',
    'ES256 ',
    'dir',
    'PBES2-HS256+A128KW',
    undefined,
    null,
    1,
    ['ES256'],
    { a: 'ES256' },
  ])('%j is refused', (alg) => {
    expect(causeOf({ ...good, alg })).toBe('algorithm_not_allowed')
  })

  it('a supported one that this issuer does not use is refused', () => {
    const rules = issuerRules({ algorithms: ['RS256'] })
    expect(causeOf(good, rules)).toBe('algorithm_not_allowed')
    expect(causeOf({ ...good, alg: 'PS256' }, rules)).toBe('algorithm_not_allowed')
    expect(causeOf({ ...good, alg: 'RS256' }, rules)).toBe('admitted')
  })

  it('no header at all is refused', () => {
    expect(causeOf({})).toBe('algorithm_not_allowed')
  })

  it('rule 8: an algorithm that a prototype lends is none', () => {
    expect(causeOf(Object.create(good) as JsonObject)).toBe('algorithm_not_allowed')
  })
})

describe('rows 5, 6 and 7: members by which a token chooses its key or how it is read', () => {
  it.each([
    ['jwk', { kty: 'EC' }],
    ['jwk', null],
    ['jku', 'https://attacker.test/jwks'],
    ['x5u', 'https://attacker.test/cert'],
    ['x5c', ['MII']],
    ['crit', ['exp']],
    ['crit', []],
    ['crit', ['b64']],
    ['crit', null],
    ['b64', false],
    ['b64', true],
    ['zip', 'DEF'],
    ['enc', 'A128GCM'],
  ])('%s %j is refused', (name, value) => {
    expect(causeOf({ ...good, [name]: value })).toBe('header_member_forbidden')
  })
})

describe('row 17: typ', () => {
  it.each(['at+jwt', 'AT+JWT', 'At+Jwt', 'application/at+jwt', 'APPLICATION/AT+JWT'])(
    '%s is an access token (RFC 9068 §4)',
    (typ) => {
      expect(causeOf({ ...good, typ })).toBe('admitted')
    },
  )

  it.each([
    'JWT',
    'dpop+jwt',
    'txntoken+jwt',
    'logout+jwt',
    'secevent+jwt',
    'kb+jwt',
    'token-introspection+jwt',
    'application/application/at+jwt',
    'at+application/jwt',
    'text/at+jwt',
    'at+jwt ',
    ' at+jwt',
    'at+jwt; x=y',
    'xat+jwt',
    '',
    undefined,
    null,
    5,
    ['at+jwt'],
    {},
  ])('%j is none for RFC 9068', (typ) => {
    expect(causeOf({ ...good, typ })).toBe('type_not_allowed')
  })

  const lenient = issuerRules({ types: ['at+jwt', 'jwt', undefined] })

  it.each([undefined, 'JWT', 'jwt', 'at+jwt'])(
    '%j is admitted where the profile says so',
    (typ) => {
      const { typ: _, ...untyped } = good
      expect(causeOf(typ === undefined ? untyped : { ...good, typ }, lenient)).toBe('admitted')
    },
  )

  it.each(['dpop+jwt', 'txntoken+jwt', 'logout+jwt', 'secevent+jwt', 'kb+jwt', null, '', 0])(
    'idp-tokens §2.3: %j is refused even where typ may be absent',
    (typ) => {
      expect(causeOf({ ...good, typ }, lenient)).toBe('type_not_allowed')
    },
  )
})

describe('row 4: kid', () => {
  it.each(['__proto__', 'constructor', '../../etc/passwd', "x' OR 1=1", '', 'x'.repeat(8000)])(
    '%j is text and no more',
    (kid) => {
      expect(checkHeader({ ...good, kid }, issuerRules())).toEqual({
        algorithm: 'ES256',
        keyId: kid,
      })
    },
  )

  it.each<unknown>([1, 0, true, null, {}, ['k1'], { toString: 'k1' }])('%j is refused', (kid) => {
    expect(causeOf({ ...good, kid })).toBe('key_id_malformed')
  })
})

describe('rule 7: the log says what was expected, what came and what to change', () => {
  it.each<readonly [changes: JsonObject, parts: readonly string[]]>([
    [{ jku: 'https://attacker.test' }, ['found "jku"', 'leave it out']],
    [{ crit: [] }, ['found "crit"']],
    [{ alg: 'HS256' }, ['one of RS256, PS256', 'got "HS256"', 'https://issuer.test', 'algorithms']],
    [{ typ: 'JWT' }, ['one of at+jwt, (none), got "JWT"', 'https://issuer.test', 'profile']],
    [{ kid: 7 }, ['kid to be text, got 7']],
  ])('of %j', (changes, parts) => {
    const rules = issuerRules({ algorithms: ['RS256', 'PS256'], types: ['at+jwt', undefined] })
    const outcome = checkHeader({ ...good, alg: 'RS256', ...changes }, rules)
    if (!isRefusal(outcome)) throw new Error('expected a refusal')
    expect(outcome.message).toMatch(advice)
    for (const part of parts) expect(outcome.message).toContain(part)
  })
})

describe('laws', () => {
  it('rule 8: no JSON makes it throw, and what it admits is asymmetric', () => {
    const header = fc.dictionary(
      fc.oneof(fc.constantFrom('alg', 'typ', 'kid', 'crit', 'jwk', '__proto__'), fc.string()),
      fc.oneof(fc.jsonValue(), fc.constantFrom('ES256', 'at+jwt', 'HS256', 'none')),
    )
    fc.assert(
      fc.property(header, (value) => {
        const outcome = checkHeader(value, issuerRules())
        if (isRefusal(outcome)) expect(outcome.code).toBe('invalid_token')
        else expect(outcome.algorithm).toMatch(/^(RS|PS|ES)(256|384|512)$|^EdDSA$/)
      }),
      { numRuns: 1000 },
    )
  })
})
