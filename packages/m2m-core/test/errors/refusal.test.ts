import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allCauses, codeOf } from '../../src/errors/causes.js'
import { isRefusal, refuse } from '../../src/errors/refusal.js'

describe('refuse', () => {
  it.each(allCauses)('the public code of %s follows from the cause', (cause) => {
    expect(refuse(cause, 'why')).toMatchObject({ cause, code: codeOf(cause), message: 'why' })
  })

  it('carries only the details that are given', () => {
    expect(Object.keys(refuse('scope_missing', 'why', { scope: 'a' }))).toContain('scope')
    expect(refuse('scope_missing', 'why', { scope: 'a' })).not.toHaveProperty('retryAfter')
    expect(refuse('key_set_unavailable', 'why', { retryAfter: 5 })).toMatchObject({ retryAfter: 5 })
  })
})

describe('isRefusal', () => {
  it('knows a refusal', () => {
    expect(isRefusal(refuse('scope_missing', 'why'))).toBe(true)
  })

  it('rule 8: takes no value made from JSON for one, whatever its members', () => {
    const lookalike = { ...refuse('scope_missing', 'why'), refused: true, admitted: false }
    expect(isRefusal(JSON.parse(JSON.stringify(lookalike)))).toBe(false)
    fc.assert(fc.property(fc.jsonValue(), (value) => !isRefusal(value)))
  })

  it('takes no registered symbol for its mark', () => {
    expect(isRefusal({ [Symbol.for('refused')]: true, [Symbol('refused')]: true })).toBe(false)
  })
})
