import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '../../src/decision/decide.js'
import type { PolicyRule } from '../../src/policy/policy.js'
import { type Grants, layersOf, operationOf } from './fixture.js'

const names = ['transfers:create', 'transfers:read', 'events:publish', '__proto__:manage'] as const
const patterns = [...names, 'transfers:*', '__proto__:*', '*']

const conditions = fc.constantFrom(
  undefined,
  [{ field: 'resource.amount', operator: 'less_than', value: 100 }] as const,
  [{ field: 'resource.amount', operator: 'exists', value: true }] as const,
  [{ field: 'resource.owner', operator: 'equals', value: 'billing' }] as const,
)
const ruleWith = (effects: readonly PolicyRule['effect'][]) =>
  fc
    .record({
      name: fc.constantFrom('one', 'two', 'three'),
      effect: fc.constantFrom(...effects),
      operations: fc.subarray(patterns, { minLength: 1 }),
      conditions,
    })
    .map(({ conditions: when, ...rule }): PolicyRule => {
      return { ...rule, ...(when && { conditions: when }) }
    })
const rules = fc.option(fc.array(ruleWith(['allow', 'deny']), { maxLength: 4 }), {
  nil: undefined,
})
const ops = fc.option(fc.subarray([...names, 'nonsense', 'manage', 'transfers:*', '*']), {
  nil: undefined,
})
const attributes = fc.constantFrom<Record<string, unknown>>(
  {},
  { amount: 5 },
  { amount: 500 },
  { amount: '5' },
  { amount: [5] },
  { amount: 5, owner: 'billing' },
  { owner: ['billing'] },
)
const name = fc.constantFrom(...names)
const settings = { numRuns: 1000 }

const ask = (grants: Grants, operation: string, having: Record<string, unknown> = {}) => {
  const { type, ...rest } = operationOf(operation)
  const facts = { resource: { type, attributes: having }, context: {} }
  return decide(layersOf(grants), { type, ...rest }, facts)
}

/** What one layer says by rules 2 and 9, without any library. */
const tokenAnswer = (granted: readonly string[] | undefined, operation: string): string =>
  granted === undefined ? 'abstain' : granted.includes(operation) ? 'permit' : 'forbid'

describe('rule 2: authority only narrows', () => {
  it('property: admitted iff some layer permits and none forbids', () => {
    fc.assert(
      fc.property(ops, rules, name, attributes, (granted, list, operation, having) => {
        const decision = ask({ ops: granted, rules: list }, operation, having)
        const answers = decision.layers.map(({ answer }) => answer)
        expect(decision.layers.map(({ layer }) => layer)).toEqual(['token', 'policy'])
        expect(answers[0]).toBe(tokenAnswer(granted, operation))
        expect(answers[1] === 'abstain').toBe(list === undefined)
        expect(decision.admitted).toBe(answers.includes('permit') && !answers.includes('forbid'))
      }),
      settings,
    )
  })

  it('property: each layer answers as if it were alone', () => {
    fc.assert(
      fc.property(ops, rules, name, attributes, (granted, list, operation, having) => {
        const [token, policy] = ask({ ops: granted, rules: list }, operation, having).layers
        const [tokenAlone] = ask({ ops: granted, rules: undefined }, operation, having).layers
        const [, policyAlone] = ask({ ops: undefined, rules: list }, operation, having).layers
        expect(token?.answer).toBe(tokenAlone?.answer)
        expect(policy?.answer).toBe(policyAlone?.answer)
      }),
      settings,
    )
  })

  it('property: no operation added to the token overcomes a forbid of the policy', () => {
    fc.assert(
      fc.property(ops, rules, name, attributes, (granted, list, operation, having) => {
        const [, policy] = ask({ ops: granted, rules: list }, operation, having).layers
        const more = { ops: [...(granted ?? []), ...patterns], rules: list, wildcardOps: true }
        const after = ask(more, operation, having)
        if (policy?.answer === 'forbid') expect(after.admitted).toBe(false)
        expect(after.layers[1]?.answer).toBe(policy?.answer)
      }),
      settings,
    )
  })

  it('property: no rule added to the policy overcomes a forbid of the token', () => {
    fc.assert(
      fc.property(ops, rules, name, attributes, (granted, list, operation, having) => {
        const everything = { name: 'all', effect: 'allow', operations: patterns } as const
        const more = { ops: granted, rules: [...(list ?? []), everything] }
        const [token] = ask({ ops: granted, rules: list }, operation, having).layers
        const after = ask(more, operation, having)
        if (token?.answer === 'forbid') expect(after.admitted).toBe(false)
        expect(after.layers[0]?.answer).toBe(token?.answer)
      }),
      settings,
    )
  })

  const allows = fc.array(ruleWith(['allow']), { maxLength: 4 })

  it('property: taking an operation or an allow away never turns a refusal into a yes', () => {
    const granted = fc.subarray([...names])
    fc.assert(
      fc.property(granted, allows, name, attributes, fc.nat(), (some, list, ...rest) => {
        const [operation, having, index] = rest
        const before = ask({ ops: some, rules: list }, operation, having)
        const without = <T>(all: readonly T[]) => all.filter((_one, at) => at !== index % 4)
        const fewerOps = ask({ ops: without(some), rules: list }, operation, having)
        const fewerRules = ask({ ops: some, rules: without(list) }, operation, having)
        if (before.admitted) return
        expect(fewerOps.admitted).toBe(false)
        expect(fewerRules.admitted).toBe(false)
      }),
      settings,
    )
  })

  it('property: a deny added to the policy never turns a refusal into a yes', () => {
    const denial = ruleWith(['deny'])
    fc.assert(
      fc.property(ops, rules, denial, name, attributes, (granted, list, added, ...rest) => {
        const [operation, having] = rest
        if (ask({ ops: granted, rules: list }, operation, having).admitted) return
        const denied = { ops: granted, rules: [...(list ?? []), added] }
        expect(ask(denied, operation, having).admitted).toBe(false)
      }),
      settings,
    )
  })

  it.each([
    ['no claim, no policy', undefined, undefined, ['abstain', 'abstain'], false],
    ['a claim, no policy', ['transfers:create'], undefined, ['permit', 'abstain'], true],
    ['an empty claim, no policy', [], undefined, ['forbid', 'abstain'], false],
    ['another claim, no policy', ['transfers:read'], undefined, ['forbid', 'abstain'], false],
    ['no claim, a policy', undefined, ['transfers:create'], ['abstain', 'permit'], true],
    ['no claim, another policy', undefined, ['transfers:read'], ['abstain', 'forbid'], false],
    ['both', ['transfers:create'], ['transfers:create'], ['permit', 'permit'], true],
    ['the claim only', ['transfers:create'], ['transfers:read'], ['permit', 'forbid'], false],
    ['the policy only', ['transfers:read'], ['transfers:create'], ['forbid', 'permit'], false],
    ['an empty claim, a policy', [], ['transfers:create'], ['forbid', 'permit'], false],
  ])('%s: %j and %j answer %j', (_what, granted, allowed, answers, isAdmitted) => {
    const list = allowed && [{ name: 'r', effect: 'allow' as const, operations: allowed }]
    const decision = ask({ ops: granted, rules: list }, 'transfers:create')
    expect(decision.layers.map(({ answer }) => answer)).toEqual(answers)
    expect(decision.admitted).toBe(isAdmitted)
  })

  it('a configured policy without any rule forbids', () => {
    const decision = ask({ ops: ['transfers:create'], rules: [] }, 'transfers:create')
    expect(decision.layers[1]?.answer).toBe('forbid')
    expect(decision.admitted).toBe(false)
  })
})

describe('the joint ability agrees with the decision', () => {
  it('property: for random grants, rules and resources', () => {
    const wildcardOps = fc.boolean()
    fc.assert(
      fc.property(ops, rules, wildcardOps, name, attributes, (granted, list, isOn, ...rest) => {
        const [operation, having] = rest
        const grants = { ops: granted, rules: list, wildcardOps: isOn }
        const { type, action } = operationOf(operation)
        const { admitted } = ask(grants, operation, having)
        const ability = layersOf(grants).ability()
        expect(ability.can(action, { type, attributes: having })).toBe(admitted)
      }),
      { numRuns: 2000 },
    )
  })

  it('without any layer it allows nothing', () => {
    const ability = layersOf({ ops: undefined, rules: undefined }).ability()
    for (const action of ['create', 'manage', 'all']) {
      expect(ability.can(action, { type: 'transfers' })).toBe(false)
    }
    expect(ability.can('manage', 'all')).toBe(false)
  })

  it('knows no context: an allow that depends on it is not given, a deny is', () => {
    const condition = { field: 'context.channel', operator: 'equals', value: 'queue' } as const
    const operations = ['transfers:create']
    const all = { name: 'all', effect: 'allow', operations } as const
    const allow = { ...all, conditions: [condition] }
    const deny = { ...all, effect: 'deny', conditions: [condition] } as const
    for (const list of [[allow], [all, deny]]) {
      const ability = layersOf({ ops: undefined, rules: list }).ability()
      expect(ability.can('create', { type: 'transfers' })).toBe(false)
    }
  })

  it('is built once and cannot be updated', () => {
    const layers = layersOf({ ops: ['transfers:read'], rules: undefined })
    const ability = layers.ability()
    expect(layers.ability()).toBe(ability)
    expect(() => ability.update([{ action: 'create', subject: 'transfers' }])).toThrow(TypeError)
  })
})
