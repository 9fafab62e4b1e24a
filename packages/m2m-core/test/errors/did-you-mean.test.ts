import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { didYouMean } from '../../src/errors/did-you-mean.js'

const known = ['issuer', 'audience', 'jwksUri', 'jwks']

describe('didYouMean', () => {
  it.each([
    ['isuer', 'issuer'],
    ['ISSUER', 'issuer'],
    ['audiance', 'audience'],
    ['jwksuri', 'jwksUri'],
    ['jwk', 'jwks'],
  ])('%s is close to %s', (word, meant) => {
    expect(didYouMean(word, known)).toContain(`"${meant}"`)
  })

  it.each(['banana', '', 'x', '__proto__', 'constructor'])('nothing is close to %j', (word) => {
    expect(didYouMean(word, ['issuer', 'audience'])).toBe('')
  })

  it('threat row 23: a megabyte of text is no work', () => {
    expect(didYouMean('issuer'.repeat(200_000), known)).toBe('')
  })

  it('property: never throws, and only ever names a known word', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (word) => {
        const [, meant] = /"(.*)"/.exec(didYouMean(word, known)) ?? []
        if (meant !== undefined) expect(known).toContain(meant)
        expect(didYouMean(word, [])).toBe('')
      }),
    )
  })
})
