import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { algorithmsOf, isAlgorithm, supportedAlgorithms } from '../../src/token/algorithms.js'

describe('supported algorithms (rule 4: asymmetric ones only)', () => {
  it('are RS/PS/ES 256 to 512 and EdDSA', () => {
    const families = ['RS', 'PS', 'ES'].flatMap((name) => [256, 384, 512].map((n) => `${name}${n}`))
    expect([...supportedAlgorithms].sort()).toEqual([...families, 'EdDSA'].sort())
    expect(Object.isFrozen(supportedAlgorithms)).toBe(true)
  })

  it.each([
    'none',
    'None',
    'NONE',
    'nOnE',
    '',
    'HS256',
    'HS384',
    'HS512',
    'rs256',
    'RS256 ',
    'RSA1_5',
    'RSA-OAEP',
    'dir',
    'A128GCM',
    'PBES2-HS256+A128KW',
    'ES256K',
    '__proto__',
    'constructor',
    undefined,
    null,
    0,
    ['RS256'],
    { alg: 'RS256' },
  ])('rows 1 and 2: %j is none', (value) => {
    expect(isAlgorithm(value)).toBe(false)
  })

  it('are compared exactly', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.constantFrom(...supportedAlgorithms)), (value) => {
        expect(isAlgorithm(value)).toBe(supportedAlgorithms.some((one) => one === value))
      }),
    )
  })
})

describe('algorithmsOf (row 10: what a key is for)', () => {
  it.each([
    ['EC', 'P-256', ['ES256']],
    ['EC', 'P-384', ['ES384']],
    ['EC', 'P-521', ['ES512']],
    ['OKP', 'Ed25519', ['EdDSA']],
  ])('a key %s %s is for %j', (kty, crv, expected) => {
    expect(algorithmsOf(kty, crv)).toEqual(expected)
  })

  it('an RSA key is for the RSA signatures', () => {
    const expected = supportedAlgorithms.filter((name) => /^[RP]S/.test(name))
    expect([...algorithmsOf('RSA', undefined)].sort()).toEqual([...expected].sort())
  })

  it.each([
    ['oct', undefined],
    ['EC', undefined],
    ['EC', 'secp256k1'],
    ['EC', 'Ed25519'],
    ['OKP', 'X25519'],
    ['OKP', 'P-256'],
    ['rsa', undefined],
    ['EC P-256', ''],
    ['__proto__', 'x'],
    ['constructor', undefined],
    [undefined, undefined],
    [null, null],
    [['RSA'], undefined],
    [['EC'], 'P-256'],
    ['EC', ['P-256']],
  ])('a key %j %j is for nothing', (kty, crv) => {
    expect(algorithmsOf(kty, crv)).toEqual([])
  })

  it('rule 8: nothing from JSON makes it throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (kty, crv) => {
        expect(algorithmsOf(kty, crv).every(isAlgorithm)).toBe(true)
      }),
    )
  })
})
