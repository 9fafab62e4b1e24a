import { describe, expect, it } from 'vitest'
import { ConfigurationError } from '../../src/errors/configuration-error.js'
import { checkRules, type PolicyRule } from '../../src/policy/policy.js'

const fine: PolicyRule = { name: 'fine', effect: 'allow', operations: ['transfers:create'] }

const problemsOf = (rules: readonly unknown[]) => {
  try {
    checkRules(rules as readonly PolicyRule[])
  } catch (fault) {
    if (fault instanceof ConfigurationError) return fault.problems
    throw fault
  }
  return []
}

describe('checkRules: rules are checked before they decide anything', () => {
  it('passes operations, wildcards and conditions on', () => {
    const conditions = [{ field: 'resource.amount', operator: 'less_than', value: 5 }] as const
    const rules = [fine, { ...fine, operations: ['events:*', '*'], conditions }]
    const patterns = checkRules(rules).map((rule) => rule.patterns)
    expect(patterns).toEqual([
      [{ type: 'transfers', action: 'create' }],
      [
        { type: 'events', action: undefined },
        { type: undefined, action: undefined },
      ],
    ])
    expect(checkRules(rules).map((rule) => rule.conditions)).toEqual([[], conditions])
  })

  const wrong: readonly (readonly [what: string, rule: Record<string, unknown>])[] = [
    ['an effect that is none', { ...fine, effect: 'permit' }],
    ['an effect in capitals', { ...fine, effect: 'ALLOW' }],
    ['no effect', { ...fine, effect: undefined }],
    ['no operations', { ...fine, operations: [] }],
    ['the words manage and all', { ...fine, operations: ['manage', 'all'] }],
    ['a type wildcard', { ...fine, operations: ['*:create'] }],
    ['one bad operation among good ones', { ...fine, operations: ['transfers:create', 'x'] }],
    ['an empty list of conditions', { ...fine, conditions: [] }],
    ['an unknown operator', { ...fine, conditions: [{ field: 'resource.a', operator: 'eq' }] }],
    ['$regex', { ...fine, conditions: [{ field: 'resource.a', operator: '$regex', value: 'a' }] }],
  ]

  it.each(wrong)('rule 9: refuses %s', (_what, rule) => {
    const problems = problemsOf([fine, rule])
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['M2M_CFG_POLICY_INVALID', 'policy'],
    ])
  })

  it('rule 1: lists every fault of every rule in one error', () => {
    const condition = { field: 'amount', operator: 'equals', value: 1 }
    const rules = [
      { name: 'first', effect: 'maybe', operations: ['*:x'], conditions: [condition] },
      fine,
      { name: 'second', effect: 'deny', operations: [], conditions: [] },
    ]
    const messages = problemsOf(rules).map(({ message }) => message)
    expect(messages).toHaveLength(5)
    expect(messages.filter((message) => message.includes('"first"'))).toHaveLength(3)
    expect(messages.filter((message) => message.includes('"second"'))).toHaveLength(2)
  })

  it('rule 7: a hostile rule name stays on one printable line', () => {
    const rule = { ...fine, name: 'a\r\nm2m admitted\u001b[31m\u202e', effect: 'x' }
    const [problem] = problemsOf([rule])
    expect(problem?.message).toMatch(/^[\x20-\x7e]+$/)
  })
})

describe('rule 9: what would grant more than was meant is a fault', () => {
  const condition = { field: 'resource.amount', operator: 'less_than', value: 5 }

  it.each([
    ['condition', 'conditions'],
    ['Conditions', 'conditions'],
    ['operation', 'operations'],
    ['efect', 'effect'],
  ])('did you mean: a member %s of a rule is %s', (member, meant) => {
    const problems = problemsOf([{ ...fine, [member]: [condition] }])
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toContain(`there is no "${member}"; did you mean "${meant}"?`)
  })

  it('did you mean: a member of a condition', () => {
    const rule = { ...fine, conditions: [{ ...condition, vale: 5 }] }
    expect(problemsOf([rule])[0]?.message).toContain('did you mean "value"?')
  })

  it.each<{ operations: unknown }>([
    { operations: undefined },
    { operations: null },
    { operations: 'transfers:create' },
    { operations: {} },
    { operations: [null] },
    { operations: [['transfers:create']] },
    { operations: [7] },
  ])('operations that are none: %j', ({ operations }) => {
    const problems = problemsOf([{ ...fine, operations }])
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toContain('operations must be a list')
  })

  it.each<{ conditions: unknown }>([
    { conditions: {} },
    { conditions: [] },
    { conditions: [null] },
    { conditions: null },
    { conditions: undefined },
    { conditions: 'resource.amount' },
    { conditions: [[condition]] },
  ])('conditions that are none: %j', ({ conditions }) => {
    expect(problemsOf([{ ...fine, conditions }])).toMatchObject([
      { code: 'M2M_CFG_POLICY_INVALID', path: 'policy' },
    ])
  })

  it.each([null, undefined, 7, 'allow', [fine]])('a rule that is %j', (rule) => {
    const problems = problemsOf([fine, rule])
    expect(problems).toHaveLength(1)
    expect(problems[0]?.message).toMatch(/^rule 1: expected an object/)
  })

  it.each<readonly [what: string, rules: unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['one rule', fine],
    ['a text', 'allow'],
    ['a set', new Set([fine])],
    ['a promise', Promise.resolve([fine])],
  ])('rules that are no list: %s', (_what, rules) => {
    expect(problemsOf(rules as readonly unknown[])).toMatchObject([
      { code: 'M2M_CFG_POLICY_INVALID', path: 'policy' },
    ])
  })

  it('all of them in one error', () => {
    const rules = [
      { ...fine, condition: [condition] },
      null,
      { ...fine, operations: undefined },
      { ...fine, conditions: {} },
      { ...fine, conditions: [null, condition, { ...condition, operater: 'x' }] },
    ]
    expect(problemsOf(rules)).toHaveLength(6)
  })
})

describe('rule 7: each fault says where it is and what to change', () => {
  const messagesOf = (...rules: readonly unknown[]) =>
    problemsOf(rules).map(({ message }) => message)
  const condition = { field: 'resource.a', operator: 'equals', value: 1 }

  it.each<readonly [changes: object, message: string]>([
    [{ name: '' }, 'rule "": name must be text'],
    [{ name: 7 }, 'rule 0: name must be text'],
    [{ effect: 'maybe' }, 'rule "fine": effect must be "allow" or "deny"'],
    [
      { operations: ['x'] },
      'rule "fine": operations must be a list like ["transfers:create"], got ["x"]',
    ],
    [
      { conditions: [] },
      'rule "fine": conditions must be a list that is not empty; leave them out instead',
    ],
    [{ conditions: [7] }, 'rule "fine": expected a condition, got 7'],
    [
      { conditions: [{ ...condition, operator: 'exists' }] },
      'rule "fine": condition on "resource.a": value does not suit operator exists: expected true or false',
    ],
    [
      { conditions: [{ ...condition, values: 1 }] },
      'rule "fine": condition on "resource.a": there is no "values"; did you mean "value"?',
    ],
  ])('%j', (changes, message) => {
    expect(messagesOf({ ...fine, ...changes })).toEqual([message])
  })

  it('of what is no rule, and of what is no list of rules', () => {
    expect(messagesOf(fine, 7)).toEqual(['rule 1: expected an object, got 7'])
    expect(problemsOf(Promise.resolve([]) as never)).toMatchObject([
      { message: 'rulesFor() must return a list and must not be async, got an object' },
    ])
  })
})

describe('rule 10: with several issuers an id alone names nobody', () => {
  const on = (field: string, operator: string, value: unknown) => ({ field, operator, value })
  const id = on('subject.id', 'equals', 'billing')
  const check = (effect: string, conditions: readonly object[], hasSeveral = true) => {
    const rule = { name: 'r', effect, operations: ['a:b'], conditions }
    return () => checkRules([rule] as never, hasSeveral)
  }

  it.each([
    ['allow', [id]],
    ['allow', [on('subject.clientId', 'in', ['billing'])]],
    ['allow', [id, on('subject.issuer', 'exists', true)]],
    ['allow', [id, on('subject.issuer', 'not_equals', 'https://p.test')]],
    ['deny', [on('subject.id', 'not_equals', 'billing')]],
    ['deny', [on('subject.clientId', 'not_in', ['billing'])]],
    ['deny', [on('subject.id', 'exists', false)]],
    ['deny', [on('subject.tier', 'equals', 'x'), on('subject.id', 'not_equals', 'billing')]],
    ['allow', [on('subject.id', 'in', ['billing'])]],
    ['allow', [on('subject.id', 'not_equals', 'billing')]],
    ['allow', [on('subject.id', 'not_in', ['billing'])]],
    ['allow', [on('subject.id', 'exists', true)]],
    ['allow', [on('subject.tier', 'equals', 'x'), id]],
  ])('refuses %s %j', (effect, conditions) => {
    expect(check(effect, conditions)).toThrow(/M2M_CFG_POLICY_INVALID/)
    expect(check(effect, conditions, false)).not.toThrow()
  })

  it.each([
    ['allow', [id, on('subject.issuer', 'equals', 'https://a.test')]],
    ['allow', [on('subject.tier', 'equals', 'internal')]],
    ['allow', [on('subject.clientId', 'equals', 'billing'), on('subject.issuer', 'in', ['a'])]],
    ['deny', [id]],
    ['deny', [on('subject.clientId', 'in', ['billing'])]],
    ['deny', [on('subject.tier', 'not_equals', 'internal')]],
  ])('takes %s %j', (effect, conditions) => {
    expect(check(effect, conditions)).not.toThrow()
  })
})

it("keeps its own copy of a rule's values", () => {
  const value = ['a']
  const condition = { field: 'resource.x', operator: 'in', value } as const
  const [rule] = checkRules([
    { name: 'r', effect: 'allow', operations: ['a:b'], conditions: [condition] },
  ])
  value.push('b')
  expect(rule?.conditions[0]?.value).toEqual(['a'])
  expect(Object.isFrozen(value)).toBe(false)
})

it('rule 7: says of a rule that names nobody what to put beside it', () => {
  const on = (operator: string) => [{ field: 'subject.id', operator, value: 'billing' }]
  const check = (effect: string, operator: string) => () =>
    checkRules(
      [{ name: 'r', effect, operations: ['a:b'], conditions: on(operator) }] as never,
      true,
    )
  expect(check('allow', 'equals')).toThrow('needs subject.issuer equals (or in) beside it')
  expect(check('deny', 'not_equals')).toThrow(/cannot spare services by id: .*; name issuers/)
})
