import { describe, expect, it } from 'vitest'
import { askCondition } from '../../src/index.js'

const equals = (field: string, value: unknown) => ({ field, operator: 'equals' as const, value })

describe('askCondition: one condition, for tools', () => {
  it('a condition is true, false, or not known where the attribute is missing or of another type', () => {
    const asked = equals('resource.state', 'closed')
    const of = (state: unknown) => askCondition(asked, { resource: { attributes: { state } } })
    expect([of('closed'), of('open'), of(1), of(undefined)]).toEqual([
      true,
      false,
      undefined,
      undefined,
    ])
    expect(askCondition(asked, {})).toBeUndefined()
  })

  it('what a subject is goes before what its attributes call it', () => {
    const subject = { id: 'billing', attributes: { id: 'other', team: 'x' } }
    expect(askCondition(equals('subject.id', 'billing'), { subject })).toBe(true)
    expect(askCondition(equals('subject.team', 'x'), { subject })).toBe(true)
  })

  it('without a context not even absence is known', () => {
    const absent = { field: 'context.ip', operator: 'exists', value: false } as const
    expect(askCondition(absent, {})).toBeUndefined()
    expect(askCondition(absent, { context: {} })).toBe(true)
  })

  it('what is no condition is refused', () => {
    expect(() => askCondition(equals('amount', 1), {})).toThrow(/field must start with/)
  })
})
