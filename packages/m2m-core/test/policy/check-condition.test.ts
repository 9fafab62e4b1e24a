import { describe, expect, it } from 'vitest'
import { checkCondition } from '../../src/policy/condition.js'
import { isOperationPattern } from '../../src/policy/operation.js'
import { operators } from '../../src/policy/operators.js'

describe('checkCondition: what is wrong with one condition, for tools', () => {
  it('finds nothing wrong with a right one', () => {
    const condition = { field: 'resource.amount', operator: 'less_than', value: 100 }
    expect(checkCondition(condition)).toBeUndefined()
  })

  it('names every fault at once', () => {
    const condition = { field: 'resource.amount', operator: 'less_then', value: 1, vlaue: 1 }
    const fault = checkCondition(condition)
    expect(fault).toContain('condition on "resource.amount"')
    expect(fault).toContain('there is no "vlaue"; did you mean "value"?')
    expect(fault).toContain('did you mean "less_than"?')
  })

  it.each([undefined, null, 5, 'a', [], {}, [{}], () => ({})])(
    'rule 8: %j is none',
    (condition) => {
      expect(checkCondition(condition)).toEqual(expect.any(String))
    },
  )
})

describe('what tools may rely on', () => {
  it('the operators are a frozen list without doubles', () => {
    expect(Object.isFrozen(operators)).toBe(true)
    expect(new Set(operators).size).toBe(operators.length)
    expect(operators).toHaveLength(14)
  })

  it.each([
    ['transfers:create', true],
    ['transfers:sub:create', true],
    ['transfers:*', true],
    ['*', true],
    ['*:*', false],
    ['*:create', false],
    ['transfers', false],
    ['transfers:cre*', false],
    ['', false],
    [5, false],
    [null, false],
    [undefined, false],
    [['transfers:create'], false],
  ])('isOperationPattern(%j): %s', (text, expected) => {
    expect(isOperationPattern(text)).toBe(expected)
  })
})
