import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { explainDecision } from '../../src/decision/explain.js'
import { createLayers } from '../../src/decision/layers.js'
import { ConfigurationError } from '../../src/errors/configuration-error.js'
import type { PolicyRule, PolicySubject } from '../../src/policy/policy.js'
import { layersOf, operationOf, principalWith } from './fixture.js'

const answersOf = (ops: readonly string[], name: string, wildcardOps = false) => {
  const operation = operationOf(name)
  const facts = { resource: { type: operation.type }, context: {} }
  return layersOf({ ops, rules: undefined, wildcardOps }).answer(operation, facts)
}

describe('wildcards in allowed_ops (threat row 22)', () => {
  it.each(['*', 'transfers:*'])('%s is ignored unless an option allows it', (wildcard) => {
    const [token] = answersOf([wildcard], 'transfers:create')
    expect(token).toMatchObject({ layer: 'token', answer: 'forbid' })
    expect(token?.note).toContain('ignored')
    expect(token?.note).toContain(`"${wildcard}"`)
    expect(token?.note).toContain('wildcardOps')
  })

  it('the note says what would count instead', () => {
    const [token] = answersOf(['transfers:*'], 'transfers:create')
    expect(token?.note).toMatch(/only with wildcardOps, .* must be like "transfers:create"\)$/)
  })

  it('explain says in its text which ones were ignored', () => {
    const layers = answersOf(['transfers:*', 'transfers:read'], 'transfers:read')
    const { text } = explainDecision('transfers:read', { admitted: true, layers })
    expect(text).toMatch(/token: permit.*ignored.*"transfers:\*"/)
  })

  it.each([
    ['*', 'events:publish', 'permit'],
    ['transfers:*', 'transfers:create', 'permit'],
    ['transfers:*', 'events:publish', 'forbid'],
    ['transfers:*', 'transfers:sub:create', 'forbid'],
  ])('with wildcardOps %s lets %s be %s and nothing is ignored', (wildcard, name, answer) => {
    const [token] = answersOf([wildcard], name, true)
    expect(token?.answer).toBe(answer)
    expect(token?.note).toBeUndefined()
  })

  it.each(['*:*', '*:create', 'transfers:cre*', 'manage', 'all', 'transfers', '', 'Transfers:*x'])(
    '%j never grants, not even with wildcardOps, and is named as ignored',
    (text) => {
      const [token] = answersOf([text], 'transfers:create', true)
      expect(token?.answer).toBe('forbid')
      expect(token?.note).toContain('ignored')
    },
  )

  it.each(['all:manage', 'manage:all', 'all:create', 'transfers:manage'])(
    'the ordinary word in %s is no wildcard',
    (text) => {
      expect(answersOf([text], 'transfers:create', true)[0]?.answer).toBe('forbid')
      expect(answersOf([text], text)[0]?.answer).toBe('permit')
    },
  )

  it('rule 7: what is ignored stays on one printable line of bounded length', () => {
    const hostile = ['x\r\nm2m admitted', '\u001b[31m', '\u202e', 'a'.repeat(100_000)]
    const [token] = answersOf(hostile, 'transfers:create')
    expect(token?.note).toMatch(/^[\x20-\x7e]{1,4000}$/)
  })
})

describe('what the answers say', () => {
  it('an absent layer says why it abstains', () => {
    const layers = createLayers(principalWith(), {
      policy: undefined,
      wildcardOps: false,
      hasSeveralIssuers: false,
    })
    const facts = { resource: { type: 'transfers' }, context: {} }
    const answers = layers.answer(operationOf('transfers:create'), facts)
    expect(answers).toMatchObject([
      { layer: 'token', answer: 'abstain', note: 'no allowed_ops claim' },
      { layer: 'policy', answer: 'abstain', note: 'no policy configured' },
    ])
  })

  it('a deny names its rule', () => {
    const operations = ['transfers:create']
    const rules: readonly PolicyRule[] = [
      { name: 'freeze', effect: 'deny', operations },
      { name: 'work', effect: 'allow', operations },
    ]
    const facts = { resource: { type: 'transfers' }, context: {} }
    const layers = layersOf({ ops: undefined, rules })
    const [, policy] = layers.answer(operationOf('transfers:create'), facts)
    expect(policy).toMatchObject({ answer: 'forbid', rule: 'freeze' })
  })
})

describe('the joint ability of token and policy', () => {
  const operations = ['transfers:create']
  const rules: readonly PolicyRule[] = [
    { name: 'freeze', effect: 'deny', operations },
    { name: 'work', effect: 'allow', operations: ['transfers:*'] },
  ]
  const ability = () => layersOf({ ops: [...operations, 'transfers:read'], rules }).ability()

  it('names both rules that allow, and the one that denies', () => {
    const ruleFor = (action: string) =>
      ability().relevantRuleFor(action, { type: 'transfers' })?.reason
    expect(ruleFor('read')).toBe('allowed_ops and work')
    expect(ruleFor('create')).toBe('freeze')
  })

  it('rule 2: makes no allow of a deny, not even one that the deny beats', () => {
    const said = ability().rules.map((rule) => [rule.action, rule.reason, rule.inverted])
    expect(said).toEqual([
      ['create', 'allowed_ops and work', false],
      ['read', 'allowed_ops and work', false],
      ['create', 'freeze', true],
    ])
  })
})

describe('what the policy is asked', () => {
  it('rule 10: who the service is, by issuer and client id, and nothing of its token', () => {
    const asked: PolicySubject[] = []
    const rulesFor = (subject: PolicySubject) => {
      asked.push({ ...subject })
      return []
    }
    const principal = principalWith({ id: 'payments', clientId: 'c-1', tier: 'partner' })
    createLayers(principal, {
      policy: { version: 1, rulesFor },
      wildcardOps: false,
      hasSeveralIssuers: false,
    })
    expect(asked).toEqual([
      {
        id: 'payments',
        issuer: 'https://issuer.test',
        clientId: 'c-1',
        tier: 'partner',
        attributes: {},
        registered: false,
      },
    ])
  })

  it('rules that are wrong decide nothing', () => {
    const rules = [{ name: 'r', effect: 'permit', operations: ['*'] }]
    const policy = { version: 1, rulesFor: () => rules as unknown as readonly PolicyRule[] }
    const build = () =>
      createLayers(principalWith(), { policy, wildcardOps: false, hasSeveralIssuers: false })
    expect(build).toThrow(ConfigurationError)
  })
})

describe('what layers say of an operation alone is remembered, and of nothing else', () => {
  const closedOnly: PolicyRule = {
    name: 'closed_only',
    effect: 'allow',
    operations: ['invoices:read'],
    conditions: [{ field: 'resource.state', operator: 'equals', value: 'closed' }],
  }
  const read = operationOf('invoices:read')

  it('a fact more or another is asked about anew, before and after', () => {
    const layers = layersOf({ ops: undefined, rules: [closedOnly] })
    const answerTo = (state: string | undefined) => {
      const facts = state === undefined ? read.alone : factsWith(state)
      return layers.answer(read, facts)[1]?.answer
    }
    for (let round = 0; round < 3; round += 1) {
      expect(answerTo(undefined)).toBe('forbid')
      expect(answerTo('closed')).toBe('permit')
      expect(answerTo('open')).toBe('forbid')
    }
  })

  it('each operation has an answer of its own, however many are asked about', () => {
    const ops = Array.from({ length: 40 }, (_, index) => operationOf(`invoices:action${index}`))
    const allowed = ops.filter((_, index) => index % 3 === 0)
    const layers = layersOf({ ops: allowed.map(({ name }) => name), rules: undefined })
    for (let round = 0; round < 2; round += 1) {
      for (const operation of ops) {
        const expected = allowed.includes(operation) ? 'permit' : 'forbid'
        expect(layers.answer(operation, operation.alone)[0]?.answer).toBe(expected)
      }
    }
  })

  it('cannot be changed by whoever was told', () => {
    const layers = layersOf({ ops: ['invoices:list'], rules: undefined })
    const told = layers.answer(read, read.alone)
    expect(Reflect.set(told, 0, { layer: 'token', answer: 'permit' })).toBe(false)
    expect(Reflect.set(told[0] ?? {}, 'answer', 'permit')).toBe(false)
    expect(layers.answer(read, read.alone)[0]?.answer).toBe('forbid')
  })

  it('property: is what they say when they are asked for the first time', () => {
    const value = fc.constantFrom('internal', 'edge', undefined)
    const rule = fc.record({
      effect: fc.constantFrom('allow' as const, 'deny' as const),
      field: fc.constantFrom('subject.tier', 'resource.state', 'resource.type', 'context.time'),
      equals: fc.constantFrom('internal', 'closed', 'invoices'),
    })
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 4 }), value, (given, tier) => {
        const rules = given.map(
          ({ effect, field, equals }, index): PolicyRule => ({
            name: `rule ${index}`,
            effect,
            operations: ['invoices:read'],
            conditions: [{ field, operator: 'equals', value: equals }],
          }),
        )
        const policy = { version: 1, rulesFor: () => rules }
        const options = { policy, wildcardOps: false, hasSeveralIssuers: false }
        const layers = createLayers(principalWith({ tier }), options)
        const fresh = layers.answer(read, { ...read.alone })
        for (let round = 0; round < 2; round += 1) {
          expect(layers.answer(read, read.alone)).toEqual(fresh)
        }
      }),
    )
  })

  const factsWith = (state: string) => ({
    resource: { type: 'invoices', attributes: { state } },
    context: {},
  })
})
