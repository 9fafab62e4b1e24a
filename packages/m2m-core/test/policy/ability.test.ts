import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { abilityOf, askAbility, emptyAbility, publicAbilityOf } from '../../src/policy/ability.js'
import type { Condition } from '../../src/policy/condition.js'
import { parseOperation } from '../../src/policy/operation.js'
import { type Operator, operators } from '../../src/policy/operators.js'
import { checkRules, type PolicyRule } from '../../src/policy/policy.js'

const subject = {
  id: 'billing',
  issuer: 'https://issuer.test',
  clientId: 'billing-client',
  tier: 'internal',
  attributes: {},
  registered: false,
}

const ask = (
  rules: readonly PolicyRule[],
  name: string,
  attributes: Readonly<Record<string, unknown>> = {},
  context: Readonly<Record<string, unknown>> = {},
) => {
  const operation = parseOperation(name)
  if (!operation) throw new Error(`${name} is no operation`)
  const resource = { type: operation.type, attributes }
  return askAbility(abilityOf(checkRules(rules)), operation, { resource, context }, subject)
}

const allow = (...operations: string[]): PolicyRule => ({
  name: `allow ${operations.join(' ')}`,
  effect: 'allow',
  operations,
})
const deny = (...operations: string[]): PolicyRule => ({
  name: `deny ${operations.join(' ')}`,
  effect: 'deny',
  operations,
})

describe('the CASL ability decides, not a look-up of operations', () => {
  const upTo1000: PolicyRule = {
    name: 'small transfers',
    effect: 'allow',
    operations: ['transfers:create'],
    conditions: [{ field: 'resource.amount', operator: 'less_than_or_equal', value: 1000 }],
  }

  it.each([
    [1000, true],
    [5000, false],
    [undefined, false],
    [null, false],
    ['1000', false],
    [[1000], false],
  ])('an amount of %j is permitted: %j', (amount, isPermitted) => {
    const attributes = amount === undefined ? {} : { amount }
    expect(ask([upTo1000], 'transfers:create', attributes).allows).toBe(isPermitted)
  })

  it('names the rule that decided', () => {
    expect(ask([upTo1000], 'transfers:create', { amount: 1 }).rule).toBe('small transfers')
    expect(ask([upTo1000], 'transfers:create', { amount: 5000 }).rule).toBeUndefined()
  })

  it('conditions see resource, subject and context', () => {
    const rule: PolicyRule = {
      ...allow('transfers:create'),
      conditions: [
        { field: 'resource.id', operator: 'exists', value: false },
        { field: 'resource.type', operator: 'equals', value: 'transfers' },
        { field: 'subject.id', operator: 'equals', value: 'billing' },
        { field: 'subject.issuer', operator: 'equals', value: 'https://issuer.test' },
        { field: 'subject.clientId', operator: 'equals', value: 'billing-client' },
        { field: 'subject.tier', operator: 'equals', value: 'internal' },
        { field: 'context.channel', operator: 'equals', value: 'queue' },
      ],
    }
    expect(ask([rule], 'transfers:create', {}, { channel: 'queue' }).allows).toBe(true)
    expect(ask([rule], 'transfers:create', {}, { channel: 'http' }).allows).toBe(false)
  })

  it('an attribute cannot pass itself off as the type of the resource', () => {
    const rule: PolicyRule = {
      ...allow('transfers:create'),
      conditions: [{ field: 'resource.type', operator: 'equals', value: 'gift' }],
    }
    expect(ask([rule], 'transfers:create', { type: 'gift' }).allows).toBe(false)
  })

  it('the subject is the verified service, whatever the resource calls itself', () => {
    const rule: PolicyRule = {
      ...allow('transfers:create'),
      conditions: [{ field: 'subject.id', operator: 'equals', value: 'root' }],
    }
    const attributes = { id: 'root', subject: { id: 'root' }, 'subject.id': 'root' }
    expect(ask([rule], 'transfers:create', attributes, { subject: { id: 'root' } }).allows).toBe(
      false,
    )
  })
})

describe('rule 2: deny beats allow, in whatever order', () => {
  it('in both orders, with wildcards on either side', () => {
    const pairs: readonly (readonly [PolicyRule, PolicyRule])[] = [
      [allow('transfers:create'), deny('transfers:create')],
      [allow('transfers:create'), deny('transfers:*')],
      [allow('transfers:create'), deny('*')],
      [allow('*'), deny('transfers:create')],
      [allow('transfers:*'), deny('transfers:create')],
      [allow('*'), deny('*')],
    ]
    for (const [one, other] of pairs) {
      expect(ask([one, other], 'transfers:create').allows).toBe(false)
      expect(ask([other, one], 'transfers:create').allows).toBe(false)
    }
  })

  const names = ['transfers:create', 'transfers:read', 'events:create', '__proto__:manage']
  const patterns = [...names, 'transfers:*', '__proto__:*', '*']
  const rule = fc
    .record({
      effect: fc.constantFrom('allow' as const, 'deny' as const),
      operations: fc.subarray(patterns, { minLength: 1 }),
      limit: fc.option(fc.constantFrom(10, 100)),
    })
    .map(({ effect, operations, limit }): PolicyRule => {
      const condition = { field: 'resource.n', operator: 'less_than', value: limit } as const
      const name = `${effect} ${operations.join(' ')} ${limit}`
      return { name, effect, operations, ...(limit !== null && { conditions: [condition] }) }
    })
  const amounts = fc.constantFrom<unknown>(5, 50, 500, undefined, '5', [5])

  /** What the rules say by the design, without any library. */
  const expected = (rules: readonly PolicyRule[], name: string, n: unknown): boolean => {
    const reaches = ({ operations }: PolicyRule) =>
      operations.some((text) => {
        const [type] = name.split(':')
        return text === '*' || text === name || text === `${type}:*`
      })
    const truth = ({ conditions }: PolicyRule) =>
      conditions === undefined
        ? true
        : typeof n === 'number'
          ? n < (conditions[0]?.value as number)
          : undefined
    const speaking = rules.filter(reaches)
    const isDenied = speaking.some((one) => one.effect === 'deny' && truth(one) !== false)
    return !isDenied && speaking.some((one) => one.effect === 'allow' && truth(one) === true)
  }

  it('property: allowed iff an allow holds and no deny holds or is unknown', () => {
    const rules = fc.array(rule, { maxLength: 6 })
    fc.assert(
      fc.property(rules, fc.constantFrom(...names), amounts, (list, name, n) => {
        const attributes = n === undefined ? {} : { n }
        expect(ask(list, name, attributes).allows).toBe(expected(list, name, n))
        expect(ask([...list].reverse(), name, attributes).allows).toBe(expected(list, name, n))
      }),
      { numRuns: 1000 },
    )
  })
})

describe('manage and all are ordinary words (threat row 22)', () => {
  const rules = [allow('all:manage', 'transfers:manage', 'all:create')]

  it.each(['transfers:create', 'transfers:read', 'all:read', 'manage:all', 'events:manage'])(
    'a rule with manage or all does not reach %s',
    (name) => {
      expect(ask(rules, name).allows).toBe(false)
    },
  )

  it('they reach exactly what they name', () => {
    expect(ask(rules, 'all:manage').allows).toBe(true)
    expect(ask(rules, 'transfers:manage').allows).toBe(true)
  })

  it('a request for manage or all is not met by other grants', () => {
    const some = [allow('transfers:create', 'transfers:read')]
    for (const name of ['transfers:manage', 'all:create', 'all:manage', 'manage:all']) {
      expect(ask(some, name).allows).toBe(false)
    }
    const ability = publicAbilityOf(checkRules(some), subject)
    expect(ability.can('manage', 'all')).toBe(false)
    expect(ability.can('manage', { type: 'transfers' })).toBe(false)
    expect(ability.can('create', { type: 'all' })).toBe(false)
  })

  it.each(['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'])(
    'threat row 21: %s as type or action grants nothing by itself',
    (word) => {
      expect(ask(rules, `${word}:create`).allows).toBe(false)
      expect(ask(rules, `transfers:${word}`).allows).toBe(false)
      expect(ask([allow(`${word}:create`)], `${word}:create`).allows).toBe(true)
      expect(ask([allow(`${word}:create`)], `${word}:delete`).allows).toBe(false)
    },
  )
})

describe('an ability that was handed out stays as it is', () => {
  const handedOut = () => publicAbilityOf(checkRules([allow('transfers:read')]), subject)
  const everything = { action: 'create', subject: 'transfers' }

  it('update() throws and changes nothing', () => {
    const ability = handedOut()
    expect(Object.isFrozen(ability)).toBe(true)
    expect(() => ability.update([everything])).toThrow(TypeError)
    expect(ability.can('create', { type: 'transfers' })).toBe(false)
    expect(ability.can('read', { type: 'transfers' })).toBe(true)
  })

  it('its methods cannot be replaced', () => {
    const ability = handedOut()
    expect(Reflect.set(ability, 'relevantRuleFor', () => null)).toBe(false)
    expect(Reflect.set(ability, 'can', () => true)).toBe(false)
  })

  it('no rules, or only a pattern that matches nothing, allow nothing', () => {
    for (const name of ['transfers:create', 'all:manage', '__proto__:create']) {
      expect(ask([], name).allows).toBe(false)
    }
    const none = [{ name: 'none', effect: 'allow', patterns: [], conditions: [] }] as const
    const operation = parseOperation('transfers:create')
    if (!operation) throw new Error('the operation is wrong')
    const facts = { resource: { type: 'transfers' }, context: {} }
    expect(askAbility(abilityOf(none), operation, facts, subject).allows).toBe(false)
  })
})

describe('rule 8: whatever a handler asks about, nothing is thrown and nothing granted', () => {
  it.each([5, null, [], {}, { type: 5 }, { type: null }, { type: ['transfers'] }, true, undefined])(
    '%j',
    (resource) => {
      const ability = publicAbilityOf(checkRules([allow('transfers:create')]), subject)
      expect(ability.can('create', resource as never)).toBe(false)
    },
  )
})

describe('rule 9: what handlers may ask of an ability', () => {
  const small = { field: 'resource.amount', operator: 'less_than', value: 100 } as const
  const conditional = { ...allow('transfers:create'), conditions: [small] }
  const ability = () => publicAbilityOf(checkRules([conditional, allow('transfers:read')]), subject)
  const resource = (amount: unknown) => ({ type: 'transfers', attributes: { amount } })

  it('a resource is looked at', () => {
    expect(ability().can('create', resource(5))).toBe(true)
    expect(ability().can('create', resource(500))).toBe(false)
    expect(ability().can('create', resource('5'))).toBe(false)
  })

  it('a bare type is a resource without attributes: it meets no condition', () => {
    expect(ability().can('create', 'transfers')).toBe(false)
    expect(ability().can('read', 'transfers')).toBe(true)
    expect(ability().can('read', 'events')).toBe(false)
  })

  it.each<readonly [what: string, asked: unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 7],
    ['an object without type', {}],
    ['a function, even one that has a type', Object.assign(() => 7, { type: 'transfers' })],
    ['an empty text', ''],
  ])('%s is no resource and is allowed nothing', (_what, asked) => {
    for (const action of ['create', 'read']) {
      expect(ability().can(action, asked as never)).toBe(false)
    }
  })

  it('every rule of it is frozen, with its conditions, whatever it is about', () => {
    const rules = [conditional, allow('events:publish', 'events:*'), deny('*')]
    const handedOut = publicAbilityOf(checkRules(rules), subject)
    const asked = [
      ...handedOut.rulesFor('create', 'transfers'),
      ...handedOut.rulesFor('publish', 'events'),
      ...handedOut.rulesFor('read', 'accounts'),
    ]
    expect(new Set(asked).size).toBe(4)
    const parts: unknown[] = [...asked]
    for (const part of parts) {
      if (typeof part !== 'object' || part === null) continue
      expect(Object.isFrozen(part)).toBe(true)
      if (!asked.includes(part as never)) parts.push(...Object.values(part))
      else parts.push((part as { conditions?: unknown }).conditions)
    }
    expect(parts.length).toBeGreaterThan(asked.length * 2)
  })

  it('the one of nobody allows nothing and stays so', () => {
    const nobody = emptyAbility()
    expect(nobody.rules).toEqual([])
    expect(Object.isFrozen(nobody)).toBe(true)
    for (const asked of ['transfers', 'all', resource(5), undefined]) {
      for (const action of ['create', 'manage', 'all']) {
        expect(nobody.can(action, asked as never)).toBe(false)
      }
    }
  })
})

describe('queries for lists: what no row can change is decided at once', () => {
  const queryOf = (effect: 'allow' | 'deny', condition: Condition) => {
    const rule = { name: 'r', effect, operations: ['transfers:read'], conditions: [condition] }
    const ability = publicAbilityOf(checkRules([rule]), subject)
    return ability.rulesFor('read', 'transfers')[0]?.conditions?.['$and']
  }
  const always = [{}]
  const never = [{ $nor: [{}] }]

  it.each<readonly [Condition, inAllow: object, inDeny: object]>([
    [{ field: 'subject.tier', operator: 'equals', value: 'internal' }, always, always],
    [{ field: 'subject.tier', operator: 'equals', value: 'partner' }, never, never],
    [{ field: 'subject.region', operator: 'equals', value: 'eu' }, never, always],
    [{ field: 'subject.region', operator: 'exists', value: false }, always, always],
    [{ field: 'context.hour', operator: 'less_than', value: 5 }, never, always],
    [{ field: 'context.hour', operator: 'exists', value: false }, never, always],
  ])('%j', (condition, inAllow, inDeny) => {
    expect(queryOf('allow', condition)).toEqual(inAllow)
    expect(queryOf('deny', condition)).toEqual(inDeny)
  })

  it('a rule without conditions has no query at all, not an empty one', () => {
    const ability = publicAbilityOf(checkRules([allow('transfers:read')]), subject)
    expect(ability.rulesFor('read', 'transfers')[0]?.conditions).toBeUndefined()
  })

  it('an ability knows no context: what depends on it is not allowed, and is denied', () => {
    const absent = { field: 'context.hour', operator: 'exists', value: false } as const
    const some = { ...allow('transfers:read'), conditions: [absent] }
    const none = { ...deny('transfers:read'), conditions: [{ ...absent, value: true }] }
    const can = (...rules: readonly PolicyRule[]) =>
      publicAbilityOf(checkRules(rules), subject).can('read', { type: 'transfers' })
    expect(can(some)).toBe(false)
    expect(can(allow('transfers:read'), none)).toBe(false)
    expect(can(allow('transfers:read'))).toBe(true)
  })
})

describe('queries for lists: null is absent, as in decisions', () => {
  const owner = (operator: Operator, value: unknown) =>
    ({ field: 'resource.owner', operator, value }) as const
  const queryOf = (effect: 'allow' | 'deny', condition: ReturnType<typeof owner>) => {
    const rule = { name: 'r', effect, operations: ['transfers:read'], conditions: [condition] }
    const ability = publicAbilityOf(checkRules([rule]), subject)
    return ability.rulesFor('read', 'transfers')[0]?.conditions
  }
  const [present, missing] = [{ owner: { $ne: null } }, { owner: { $eq: null } }]

  it.each([
    ['allow', owner('not_equals', 'x'), { $and: [present, { owner: { $ne: 'x' } }] }],
    ['deny', owner('equals', 'x'), { $or: [missing, { owner: { $eq: 'x' } }] }],
    ['allow', owner('exists', true), present],
    ['deny', owner('exists', true), present],
    ['deny', owner('exists', false), missing],
    ['allow', owner('exists', false), missing],
  ] as const)('%s %j', (effect, condition, expected) => {
    expect({ ...queryOf(effect, condition) }).toMatchObject({ $and: [expected] })
  })

  it.each([
    ['equals', 'x', '$eq'],
    ['not_equals', 'x', '$ne'],
    ['in', ['x'], '$in'],
    ['not_in', ['x'], '$nin'],
    ['less_than', 5, '$lt'],
    ['less_than_or_equal', 5, '$lte'],
    ['greater_than', 5, '$gt'],
    ['greater_than_or_equal', 5, '$gte'],
  ] as const)('%s %j asks for what is there, and denies what is not', (operator, value, word) => {
    const condition = owner(operator, value)
    const query = { owner: { [word]: value } }
    expect(queryOf('allow', condition)?.['$and']).toEqual([{ $and: [present, query] }])
    expect(queryOf('deny', condition)?.['$and']).toEqual([{ $or: [missing, query] }])
  })

  const inList = (value: unknown) => ({ owner: { $elemMatch: { $eq: value } } })
  const text = (pattern: string) => ({ owner: { $regex: pattern } })
  const [never, always] = [{ $nor: [{}] }, {}]

  it.each<readonly [Operator, unknown, inAllow: object, inDeny: object]>([
    ['starts_with', 'eu-', { $and: [present, text('^eu\\-')] }, { $or: [missing, text('^eu\\-')] }],
    ['contains', 7, { $and: [present, inList(7)] }, { $or: [missing, inList(7)] }],
    [
      'contains',
      'a.b',
      { $and: [present, inList('a.b')] },
      { $or: [missing, inList('a.b'), text('a\\.b')] },
    ],
    ['cidr', '10.0.0.0/8', never, always],
    ['before', '2026-01-31', never, always],
    ['after', '2026-01-31T00:00:00Z', never, always],
  ])(
    '%s %j: what no query says exactly allows no row and denies all',
    (operator, value, ...queries) => {
      const [inAllow, inDeny] = queries
      expect(queryOf('allow', owner(operator, value))?.['$and']).toEqual([inAllow])
      expect(queryOf('deny', owner(operator, value))?.['$and']).toEqual([inDeny])
    },
  )

  it('every operator has a query', () => {
    const values: Partial<Record<Operator, unknown>> = {
      in: ['a'],
      not_in: ['a'],
      exists: true,
      cidr: '::/0',
      before: '2026-01-31',
      after: '2026-01-31',
    }
    for (const operator of operators) {
      const value = values[operator] ?? (/than/.test(operator) ? 5 : 'a')
      const queries = queryOf('allow', owner(operator, value))?.['$and']
      expect(JSON.stringify(queries)).toMatch(/^\[\{"[^u]/)
      expect(JSON.stringify(queries)).not.toContain('undefined')
    }
  })

  it('rule 8: a text in a pattern stands for itself', () => {
    const printable = fc.string({ unit: 'grapheme', minLength: 1 })
    fc.assert(
      fc.property(printable, fc.string(), (value, other) => {
        const queries = queryOf('allow', owner('starts_with', value))?.['$and']
        const { $regex } = (queries as { $and: { owner: { $regex: string } }[] }[])[0]?.$and[1]
          ?.owner ?? {
          $regex: '',
        }
        const pattern = new RegExp($regex)
        expect(pattern.test(`${value}${other}`)).toBe(true)
        expect(pattern.test(other)).toBe(other.startsWith(value))
      }),
    )
  })
})
