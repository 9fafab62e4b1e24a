import { describe, expect, it } from 'vitest'
import { createProblems } from '../../src/options/problems.js'

describe('createProblems: everything that is wrong, in one go', () => {
  it('keeps each problem with code, path and message, in order', () => {
    const problems = createProblems()
    problems.add('M2M_CFG_ISSUER_MISSING', 'issuer', 'first')
    expect(problems.expect(false, 'tier', 'a tier name', 7)).toBe(false)
    expect(problems.expect(true, 'trust', 'a list', [])).toBe(true)
    problems.unknown({ isuer: 1, audience: 2 }, ['issuer', 'audience'], 'issuers[0].')
    expect(problems.found).toEqual([
      { code: 'M2M_CFG_ISSUER_MISSING', path: 'issuer', message: 'first' },
      { code: 'M2M_CFG_OPTION_INVALID', path: 'tier', message: 'expected a tier name, got 7' },
      {
        code: 'M2M_CFG_OPTION_UNKNOWN',
        path: 'issuers[0].isuer',
        message: 'there is no such option; did you mean "issuer"?',
      },
    ])
  })

  it('never prints a function or an object, which may hold secrets', () => {
    const problems = createProblems()
    problems.expect(false, 'clock', 'a clock', () => 'secret')
    problems.expect(false, 'jwks', 'keys', { d: 'secret' })
    problems.expect(false, 'jwks', 'keys', [{ d: 'secret' }])
    expect(JSON.stringify(problems.found)).not.toContain('secret')
  })
})
