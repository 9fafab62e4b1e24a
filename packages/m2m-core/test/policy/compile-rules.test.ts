import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRuleCompiler } from '../../src/policy/compile-rules.js'
import { type CheckedRule, checkRules, type PolicyRule } from '../../src/policy/policy.js'

const allow = (...operations: string[]): PolicyRule => ({ name: 'r', effect: 'allow', operations })
const checked = (...rules: readonly PolicyRule[]): readonly CheckedRule[] => checkRules(rules)

describe('createRuleCompiler: rules that are the same are compiled once', () => {
  it('for whoever has them; only the first one pays, one for each operation', () => {
    const compile = createRuleCompiler()
    const first = compile(checked(allow('a:b', 'a:c'), allow('d:*')))
    const second = compile(checked(allow('a:b', 'a:c'), allow('d:*')))
    expect(second.ability).toBe(first.ability)
    expect(second.rules).toEqual(checked(allow('a:b', 'a:c'), allow('d:*')))
    expect([first.cost, second.cost]).toEqual([3, 0])
  })

  it('row 43: two lists of rules share an ability only if they are equal', () => {
    const compile = createRuleCompiler()
    const value = fc.constantFrom<unknown>(1, '1', true, 'true', 'a","b', '')
    const rule = fc
      .record({
        name: fc.constantFrom('r', 's', 'r","effect":"deny'),
        effect: fc.constantFrom('allow', 'deny'),
        operations: fc.subarray(['a:b', 'b:a', 'a:*', '*'], { minLength: 1 }),
        conditions: fc.array(
          fc.record({
            field: fc.constantFrom('resource.a', 'context.a'),
            operator: fc.constantFrom('equals', 'not_equals'),
            value,
          }),
          { minLength: 1, maxLength: 2 },
        ),
      })
      .map((one) => one as PolicyRule)
    const lists = fc.array(rule, { maxLength: 2 }).map((list) => checked(...list))
    fc.assert(
      fc.property(lists, lists, (one, other) => {
        const isShared = compile(one).ability === compile(other).ability
        if (isShared) expect(one).toEqual(other)
      }),
      { numRuns: 1000 },
    )
  })

  it('row 45: keeps a bounded number of operations, the least used go first', () => {
    const compile = createRuleCompiler()
    const rules = (name: string) =>
      checked(allow(...Array.from({ length: 999 }, (_, index) => `${name}:a${index}`)))
    compile(rules('first'))
    for (let index = 1; index < 50; index += 1) compile(rules(`other-${index}`))
    expect(compile(rules('first')).cost).toBe(0)
    compile(rules('one-more'))
    expect(compile(rules('first')).cost).toBe(0)
    expect(compile(rules('other-1')).cost).toBe(999)
  })
})
