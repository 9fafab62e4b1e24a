import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { abilityOf, askAbility } from '../../src/policy/ability.js'
import {
  allOf,
  type Condition,
  conditionFault,
  prepareCondition,
} from '../../src/policy/condition.js'
import { parseOperation } from '../../src/policy/operation.js'
import { type Operator, operators, type Truth } from '../../src/policy/operators.js'
import { checkRules } from '../../src/policy/policy.js'

const evaluate = (condition: Condition, facts: unknown): Truth =>
  prepareCondition(condition).answer(facts)

const subject = { id: 'billing', issuer: 'https://i', clientId: 'billing', tier: undefined }

/** What an allow and a deny with this one condition answer about a resource. */
const decideBoth = (condition: Condition, attributes: Readonly<Record<string, unknown>>) => {
  const operation = parseOperation('transfers:create')
  if (!operation) throw new Error('the operation is wrong')
  const everything = {
    name: 'everything',
    effect: 'allow',
    operations: ['transfers:create'],
  } as const
  const when = { operations: ['transfers:create'], conditions: [condition] }
  const facts = { resource: { type: 'transfers', attributes }, context: {} }
  const ask = (rules: Parameters<typeof checkRules>[0]) =>
    askAbility(abilityOf(checkRules(rules)), operation, facts, {
      ...subject,
      attributes: {},
      registered: false,
    })
  return {
    allowGrants: ask([{ name: 'allow', effect: 'allow', ...when }]).allows,
    denyMatches: !ask([everything, { name: 'deny', effect: 'deny', ...when }]).allows,
  }
}

const missing = Symbol('missing')

/** Attribute values; each row of rule 9's table. */
const values = {
  missing,
  undefined,
  null: null,
  'an empty list': [],
  'a list with the right number': [100],
  'a list with the right text': ['internal'],
  'a list in a list': [[100]],
  'an empty object': {},
  'an object with the right value': { value: 100 },
  'an object that converts to 100': { valueOf: () => 100, toString: () => 'internal' },
  NaN: Number.NaN,
  '50': 50,
  '100': 100,
  '150': 150,
  '-0': -0,
  '+Infinity': Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
  'the text 100': '100',
  'the text abc': 'abc',
  'the text internal': 'internal',
  'the text Internal': 'Internal',
  'an empty text': '',
  'an address': '10.1.2.3',
  'an address elsewhere': '192.0.2.1',
  'an earlier time': '2026-01-01T00:00:00Z',
  'a later time': '2026-12-31T23:30:00+01:00',
  'a mixed list': ['internal', 7],
  'a list with null': ['internal', null],
  'a list with a hole': Object.assign(new Array(2), { 0: 'internal' }),
  true: true,
  false: false,
  'a bigint': 100n,
  'a date': new Date(100),
  'a function': () => 100,
  'a symbol': Symbol('internal'),
  'a boxed number': Object(100),
} as const
type ValueName = keyof typeof values

/** What JSON reads as infinite (`-1e999`) is left out: it lies within no limit. */
const numbers = ['50', '100', '150', '-0'] as const
const texts = [
  'the text 100',
  'the text abc',
  'the text internal',
  'the text Internal',
  'an empty text',
  'an address',
  'an address elsewhere',
  'an earlier time',
  'a later time',
] as const
const textsBut = (...names: readonly ValueName[]) => texts.filter((name) => !names.includes(name))

interface Row {
  readonly operator: Operator
  readonly value: unknown
  readonly isTrue: readonly ValueName[]
  readonly isFalse: readonly ValueName[]
}

/** Everything that is named neither true nor false is unknown (rule 9). */
const table: readonly Row[] = [
  {
    operator: 'equals',
    value: 100,
    isTrue: ['100'],
    isFalse: numbers.filter((name) => name !== '100'),
  },
  {
    operator: 'equals',
    value: 'internal',
    isTrue: ['the text internal'],
    isFalse: texts.filter((name) => name !== 'the text internal'),
  },
  { operator: 'equals', value: true, isTrue: ['true'], isFalse: ['false'] },
  {
    operator: 'not_equals',
    value: 100,
    isTrue: numbers.filter((name) => name !== '100'),
    isFalse: ['100'],
  },
  {
    operator: 'not_equals',
    value: 'internal',
    isTrue: texts.filter((name) => name !== 'the text internal'),
    isFalse: ['the text internal'],
  },
  { operator: 'not_equals', value: false, isTrue: ['true'], isFalse: ['false'] },
  {
    operator: 'in',
    value: [100, 150],
    isTrue: ['100', '150'],
    isFalse: numbers.filter((name) => name !== '100' && name !== '150'),
  },
  {
    operator: 'in',
    value: ['internal', 'abc'],
    isTrue: ['the text internal', 'the text abc'],
    isFalse: textsBut('the text internal', 'the text abc'),
  },
  {
    operator: 'not_in',
    value: [100, 150],
    isTrue: numbers.filter((name) => name !== '100' && name !== '150'),
    isFalse: ['100', '150'],
  },
  {
    operator: 'not_in',
    value: ['internal', 'abc'],
    isTrue: textsBut('the text internal', 'the text abc'),
    isFalse: ['the text internal', 'the text abc'],
  },
  {
    operator: 'less_than',
    value: 100,
    isTrue: ['50', '-0'],
    isFalse: ['100', '150'],
  },
  {
    operator: 'less_than_or_equal',
    value: 100,
    isTrue: ['50', '100', '-0'],
    isFalse: ['150'],
  },
  {
    operator: 'greater_than',
    value: 100,
    isTrue: ['150'],
    isFalse: ['50', '100', '-0'],
  },
  {
    operator: 'greater_than_or_equal',
    value: 100,
    isTrue: ['100', '150'],
    isFalse: ['50', '-0'],
  },
  {
    operator: 'contains',
    value: 'internal',
    isTrue: ['the text internal', 'a list with the right text', 'a mixed list'],
    isFalse: [...textsBut('the text internal'), 'an empty list'],
  },
  {
    operator: 'contains',
    value: 100,
    isTrue: ['a list with the right number'],
    isFalse: ['an empty list'],
  },
  { operator: 'contains', value: true, isTrue: [], isFalse: ['an empty list'] },
  {
    operator: 'starts_with',
    value: 'inter',
    isTrue: ['the text internal'],
    isFalse: textsBut('the text internal'),
  },
  {
    operator: 'cidr',
    value: '10.0.0.0/8',
    isTrue: ['an address'],
    isFalse: ['an address elsewhere'],
  },
  {
    operator: 'cidr',
    value: ['fd00::/8', '192.0.2.0/24'],
    isTrue: ['an address elsewhere'],
    isFalse: ['an address'],
  },
  {
    operator: 'before',
    value: '2026-06-01T00:00:00Z',
    isTrue: ['an earlier time'],
    isFalse: ['a later time'],
  },
  {
    operator: 'after',
    value: '2026-06-01',
    isTrue: ['a later time'],
    isFalse: ['an earlier time'],
  },
]

it('the table has every operator but exists, which has one of its own', () => {
  const inTable = new Set(table.map(({ operator }) => operator))
  expect(operators.filter((operator) => !inTable.has(operator))).toEqual(['exists'])
})

const cases = table.flatMap(({ operator, value, isTrue, isFalse }) =>
  (Object.keys(values) as ValueName[]).map((name) => {
    const known = isTrue.includes(name) ? true : isFalse.includes(name) ? false : undefined
    return { operator, value, name, truth: known as Truth }
  }),
)

describe('rule 9: conditions are three-valued', () => {
  it.each(cases)('$operator $value of $name is $truth', ({ operator, value, name, truth }) => {
    const condition = { field: 'resource.it', operator, value }
    const attributes = values[name] === missing ? {} : { it: values[name] }
    expect(evaluate(condition, { resource: attributes })).toBe(truth)
    expect(decideBoth(condition, attributes)).toEqual({
      allowGrants: truth === true,
      denyMatches: truth !== false,
    })
  })

  const absent: readonly ValueName[] = ['missing', 'undefined', 'null']
  const presence = (Object.keys(values) as ValueName[]).map((name) => {
    return { name, isPresent: !absent.includes(name) }
  })

  it.each(presence)('only exists sees absence: $name is present: $isPresent', (row) => {
    const attributes = values[row.name] === missing ? {} : { it: values[row.name] }
    const exists = { field: 'resource.it', operator: 'exists', value: true } as const
    expect(decideBoth(exists, attributes)).toEqual({
      allowGrants: row.isPresent,
      denyMatches: row.isPresent,
    })
    expect(decideBoth({ ...exists, value: false }, attributes)).toEqual({
      allowGrants: !row.isPresent,
      denyMatches: !row.isPresent,
    })
  })

  it('a list of several types is compared with the fitting ones', () => {
    const condition = {
      field: 'resource.it',
      operator: 'in',
      value: ['internal', 7, true],
    } as const
    expect(evaluate(condition, { resource: { it: 7 } })).toBe(true)
    expect(evaluate(condition, { resource: { it: 8 } })).toBe(false)
    expect(evaluate(condition, { resource: { it: {} } })).toBeUndefined()
  })

  it('a missing context or subject attribute is unknown, too', () => {
    for (const field of ['context.hour', 'subject.region']) {
      const condition = { field, operator: 'less_than_or_equal', value: 100 } as const
      expect(decideBoth(condition, { hour: 5, region: 5 })).toEqual({
        allowGrants: false,
        denyMatches: true,
      })
    }
  })

  it('property: all conditions together are false if one is, else unknown if one is', () => {
    const truths = fc.array(fc.constantFrom<Truth>(true, false, undefined), {
      minLength: 1,
      maxLength: 5,
    })
    const attributeFor = (truth: Truth) => (truth === undefined ? 'not a number' : truth ? 1 : 2)
    fc.assert(
      fc.property(truths, (list) => {
        const conditions = list.map((_truth, index) => {
          return { field: `resource.a${index}`, operator: 'equals', value: 1 } as const
        })
        const attributes = Object.fromEntries(
          list.map((truth, index) => [`a${index}`, attributeFor(truth)]),
        )
        const expected = list.includes(false) ? false : list.includes(undefined) ? undefined : true
        expect(allOf(conditions.map((one) => evaluate(one, { resource: attributes })))).toBe(
          expected,
        )
      }),
    )
  })
})

describe('rule 9: look-ups see own properties only (threat row 21)', () => {
  const fields = [
    'resource.__proto__',
    'resource.__proto__.admin',
    'resource.constructor',
    'resource.constructor.name',
    'resource.toString',
    'resource.hasOwnProperty',
    'context.__proto__.admin',
    'subject.constructor',
  ]

  it.each([
    ['a list', ['a']],
    ['a list of objects', [{ hit: 1 }]],
    ['text', 'hit'],
    ['a number', 7],
    ['true', true],
  ])(
    'what cannot be looked into is not known, nor is that something is missing: %s',
    (_what, held) => {
      for (const value of [true, false]) {
        const condition = { field: 'resource.sanctions.hit', operator: 'exists', value } as const
        expect(evaluate(condition, { resource: { sanctions: held } })).toBeUndefined()
        expect(evaluate(condition, { resource: held })).toBeUndefined()
        expect(evaluate(condition, { resource: { sanctions: null } })).toBe(!value)
        expect(evaluate(condition, { resource: {} })).toBe(!value)
      }
    },
  )

  it.each(fields)('%s sees nothing that a prototype lends', (field) => {
    const exists = { field, operator: 'exists', value: true } as const
    const attributes = { list: ['a'], text: 'abc' }
    expect(conditionFault(exists)).toBeUndefined()
    expect(decideBoth(exists, attributes)).toEqual({ allowGrants: false, denyMatches: false })
  })

  it('an inherited attribute is a missing one', () => {
    const inherited: Record<string, unknown> = Object.create({ amount: 5 })
    const condition = { field: 'resource.amount', operator: 'less_than', value: 100 } as const
    expect(decideBoth(condition, inherited)).toEqual({ allowGrants: false, denyMatches: true })
  })

  it('an own __proto__ key of parsed JSON is data and lends nothing', () => {
    const parsed = JSON.parse('{"__proto__":{"amount":5}}') as Record<string, unknown>
    const condition = { field: 'resource.amount', operator: 'less_than', value: 100 } as const
    expect(decideBoth(condition, parsed)).toEqual({ allowGrants: false, denyMatches: true })
    const own = { ...condition, field: 'resource.__proto__.amount' }
    expect(decideBoth(own, parsed)).toEqual({ allowGrants: true, denyMatches: true })
    expect(Object.hasOwn(Object.prototype, 'amount')).toBe(false)
  })

  it('deeper names walk through objects, never into lists', () => {
    const condition = { field: 'resource.owner.tier', operator: 'equals', value: 'gold' } as const
    expect(evaluate(condition, { resource: { owner: { tier: 'gold' } } })).toBe(true)
    expect(evaluate(condition, { resource: { owner: [{ tier: 'gold' }] } })).toBeUndefined()
    const index = { ...condition, field: 'resource.owner.0.tier' }
    expect(evaluate(index, { resource: { owner: [{ tier: 'gold' }] } })).toBeUndefined()
  })
})

describe('conditionFault: no default of ucast gets in (rule 9)', () => {
  const wrong: readonly (readonly [what: string, condition: Record<string, unknown>])[] = [
    ['$regex', { field: 'resource.a', operator: '$regex', value: '^(a+)+$' }],
    ['regex', { field: 'resource.a', operator: 'regex', value: 'a' }],
    ['$eq', { field: 'resource.a', operator: '$eq', value: 1 }],
    ['an unknown operator', { field: 'resource.a', operator: 'eqals', value: 1 }],
    ['an inherited operator', { field: 'resource.a', operator: 'constructor', value: 1 }],
    ['__proto__ as operator', { field: 'resource.a', operator: '__proto__', value: 1 }],
    ['no operator', { field: 'resource.a', value: 1 }],
    ['no value', { field: 'resource.a', operator: 'equals' }],
    ['null as value', { field: 'resource.a', operator: 'equals', value: null }],
    ['NaN as value', { field: 'resource.a', operator: 'equals', value: Number.NaN }],
    ['a list for equals', { field: 'resource.a', operator: 'equals', value: [1] }],
    ['an object for equals', { field: 'resource.a', operator: 'equals', value: {} }],
    ['a text for in', { field: 'resource.a', operator: 'in', value: 'internal' }],
    ['an empty list for in', { field: 'resource.a', operator: 'in', value: [] }],
    ['an empty list for not_in', { field: 'resource.a', operator: 'not_in', value: [] }],
    ['a list in a list for in', { field: 'resource.a', operator: 'in', value: [[1]] }],
    ['null beside a number for in', { field: 'resource.a', operator: 'in', value: [1, null] }],
    ['a list as operator', { field: 'resource.a', operator: ['equals'], value: 1 }],
    ['something before the root', { field: 'x.resource.a', operator: 'equals', value: 1 }],
    ['null in a list for in', { field: 'resource.a', operator: 'in', value: [null] }],
    ['a text for less_than', { field: 'resource.a', operator: 'less_than', value: '100' }],
    ['NaN for greater_than', { field: 'resource.a', operator: 'greater_than', value: Number.NaN }],
    ['a text for exists', { field: 'resource.a', operator: 'exists', value: 'true' }],
    ['an empty text for contains', { field: 'resource.a', operator: 'contains', value: '' }],
    ['a list for contains', { field: 'resource.a', operator: 'contains', value: ['a'] }],
    ['null for contains', { field: 'resource.a', operator: 'contains', value: null }],
    ['an empty text for starts_with', { field: 'resource.a', operator: 'starts_with', value: '' }],
    ['a number for starts_with', { field: 'resource.a', operator: 'starts_with', value: 1 }],
    ['an address for cidr', { field: 'resource.a', operator: 'cidr', value: '10.0.0.1' }],
    ['an empty list for cidr', { field: 'resource.a', operator: 'cidr', value: [] }],
    ['one bad prefix', { field: 'resource.a', operator: 'cidr', value: ['10.0.0.0/8', '::/129'] }],
    ['a number for cidr', { field: 'resource.a', operator: 'cidr', value: 10 }],
    ['a year for before', { field: 'resource.a', operator: 'before', value: '2026' }],
    ['a number for before', { field: 'resource.a', operator: 'before', value: 1_800_000_000 }],
    ['a Date for after', { field: 'resource.a', operator: 'after', value: new Date(0) }],
    ['31 February', { field: 'resource.a', operator: 'after', value: '2026-02-31' }],
    ['no root', { field: 'amount', operator: 'equals', value: 1 }],
    ['a root alone', { field: 'resource', operator: 'equals', value: 1 }],
    ['a root and a dot', { field: 'resource.', operator: 'equals', value: 1 }],
    ['another root', { field: 'process.env', operator: 'exists', value: true }],
    ['an empty name', { field: 'resource..a', operator: 'equals', value: 1 }],
    ['a trailing newline', { field: 'resource.a\n', operator: 'equals', value: 1 }],
    ['no field', { operator: 'equals', value: 1 }],
    ['a list as field', { field: ['resource.a'], operator: 'equals', value: 1 }],
  ]

  it.each(wrong)('finds fault with %s', (_what, condition) => {
    expect(conditionFault(condition as unknown as Condition)).toEqual(expect.any(String))
  })

  it.each([
    [{ field: 'amount' }, 'field must start with "resource.", "subject." or "context." and name'],
    [{ operator: 'eqals' }, 'operator must be one of equals, not_equals, in, not_in, less_than, '],
    [{ operator: 'starts_wiht' }, 'did you mean "starts_with"?'],
    [{ operator: 'exists', value: 1 }, 'operator exists: expected true or false'],
    [{ operator: 'cidr', value: '10/8' }, 'expected a network prefix such as "10.0.0.0/8"'],
  ])('rule 7: says what is wrong with %j', (changes, words) => {
    const condition = { field: 'resource.a', operator: 'equals', value: 1, ...changes }
    expect(conditionFault(condition as Condition)).toContain(words)
  })

  it.each(table)('finds no fault with $operator $value', ({ operator, value }) => {
    expect(conditionFault({ field: 'resource.a-b.c_d', operator, value })).toBeUndefined()
  })
})
