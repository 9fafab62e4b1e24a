import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../src/errors/refusal.js'
import type { VerificationKey } from '../../src/token/read-key-set.js'
import { isSameKey, keyUnknown, selectKey } from '../../src/token/select-key.js'
import { advice } from './advice.js'

const issuer = 'https://issuer.test'
const key = (changes: Partial<VerificationKey> = {}): VerificationKey => ({
  keyId: 'k-1',
  thumbprint: 't-1',
  algorithms: ['ES256'],
  prepare: () => Promise.reject(new Error('not asked for')),
  ...changes,
})
const one = key()
const other = key({ keyId: 'k-2', thumbprint: 't-2' })
const rsa = key({ keyId: 'k-3', thumbprint: 't-3', algorithms: ['RS256', 'PS256'] })
const keys = [one, other, rsa]

describe('row 4: which key a header asks for', () => {
  it.each([
    ['k-1', 'ES256', one],
    ['k-2', 'ES256', other],
    ['k-3', 'PS256', rsa],
    [undefined, 'RS256', rsa],
    ['k-1', 'RS256', undefined],
    ['k-3', 'ES256', undefined],
    ['k', 'ES256', undefined],
    ['', 'ES256', undefined],
    [undefined, 'EdDSA', undefined],
  ] as const)('kid %j with %s', (keyId, algorithm, expected) => {
    expect(selectKey(keys, { keyId, algorithm }, issuer)).toBe(expected)
  })

  it('a token without kid is refused where two keys fit, with what to change', () => {
    const outcome = selectKey(keys, { keyId: undefined, algorithm: 'ES256' }, issuer)
    expect(outcome).toMatchObject({ code: 'invalid_token', cause: 'key_unknown' })
    const message = isRefusal(outcome) ? outcome.message : ''
    expect(message).toMatch(advice)
    expect(message).toMatch(/a kid, .* 2 keys of https:\/\/issuer\.test fit ES256; .* send kid$/)
  })

  it('rule 7: an unknown key is told with its id, and what it may be', () => {
    const { message } = keyUnknown({ keyId: 'k-9', algorithm: 'ES256' }, issuer)
    expect(message).toMatch(advice)
    expect(message).toMatch(/a key of https:\/\/issuer\.test, .* none for ES256 with kid "k-9"; /)
    expect(message).toMatch(/forged, .* signed with a key that is withdrawn or not published$/)
  })
})

describe('rule 5: whether a key is still the same one', () => {
  it.each<readonly [what: string, changes: Partial<VerificationKey>, isSame: boolean]>([
    ['nothing', {}, true],
    ['its id', { keyId: 'k-2' }, false],
    ['its id, which it lost', { keyId: undefined }, false],
    ['its material', { thumbprint: 't-2' }, false],
    ['what it is for', { algorithms: ['ES384'] }, false],
    ['one thing more that it is for', { algorithms: ['ES256', 'ES384'] }, false],
    ['how it is prepared', { prepare: () => Promise.reject(new Error('another')) }, true],
  ])('%s differs', (_what, changes, isSame) => {
    expect(isSameKey(one, key(changes))).toBe(isSame)
    expect(isSameKey(key(changes), one)).toBe(isSame)
  })
})
