import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  commonOperations,
  covers,
  createOperationReader,
  intersect,
  isWildcard,
  type Operation,
  type OperationPattern,
  parseOperation,
  parsePattern,
} from '../../src/policy/operation.js'

const letters = [...'abcXYZ019_.-']
const word = fc
  .array(fc.constantFrom(...letters), { minLength: 1, maxLength: 12 })
  .map((list) => list.join(''))
const typeName = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(':'))

describe('parseOperation: the grammar', () => {
  const right: readonly (readonly [name: string, type: string, action: string])[] = [
    ['transfers:create', 'transfers', 'create'],
    ['bank:transfers:create', 'bank:transfers', 'create'],
    ['a:b:c:d', 'a:b:c', 'd'],
    ['A_b.c-9:x', 'A_b.c-9', 'x'],
    ['manage:all', 'manage', 'all'],
    ['all:manage', 'all', 'manage'],
    ['__proto__:create', '__proto__', 'create'],
    ['transfers:__proto__', 'transfers', '__proto__'],
    ['constructor:prototype', 'constructor', 'prototype'],
    ['toString:valueOf', 'toString', 'valueOf'],
  ]

  it.each(right)('splits %s at the last colon; every word is an ordinary one', (name, ...parts) => {
    const operation = parseOperation(name)
    expect([operation?.name, operation?.type, operation?.action]).toEqual([name, ...parts])
  })

  const wrong: readonly (readonly [what: string, name: unknown])[] = [
    ['the wildcard *', '*'],
    ['the wildcard *:*', '*:*'],
    ['an action wildcard', 'transfers:*'],
    ['a type wildcard', '*:create'],
    ['a partial wildcard', 'transfers:cre*'],
    ['the word manage alone', 'manage'],
    ['the word all alone', 'all'],
    ['nothing', ''],
    ['a colon', ':'],
    ['no type', ':create'],
    ['no action', 'transfers:'],
    ['an empty middle', 'bank::create'],
    ['a space', 'transfers: create'],
    ['a trailing newline', 'transfers:create\n'],
    ['a leading newline', '\ntransfers:create'],
    ['a carriage return', 'transfers:create\r'],
    ['NUL', 'transfers:cre\0ate'],
    ['a comma list', 'transfers:create,transfers:read'],
    ['a slash', 'transfers/create'],
    ['a no-break space', 'transfers:create\u00a0'],
    ['a Cyrillic look-alike', 'transf\u0435rs:create'],
    ['a full-width colon', 'transfers\uff1acreate'],
    ['a combining accent', 'transfers:cre\u0301ate'],
    ['a lone surrogate', 'transfers:\ud800'],
    ['129 characters', `${'t'.repeat(122)}:create`],
    ['one megabyte', `${'t'.repeat(1_000_000)}:create`],
    ['undefined', undefined],
    ['null', null],
    ['a number', 7],
    ['a list', ['transfers:create']],
    ['an object', { toString: () => 'transfers:create' }],
    ['a boxed string', Object('transfers:create')],
    ['a symbol', Symbol('transfers:create')],
  ]

  it.each(wrong)('threat row 22: takes %s for no operation', (_what, name) => {
    expect(parseOperation(name)).toBeUndefined()
  })

  it('admits 128 characters and not one more', () => {
    expect(parseOperation(`${'t'.repeat(121)}:create`)?.action).toBe('create')
    expect(parseOperation(`${'t'.repeat(122)}:create`)).toBeUndefined()
  })

  it('gives a frozen operation, so that nothing changes it between check and decision', () => {
    expect(Object.isFrozen(parseOperation('transfers:create'))).toBe(true)
  })

  it('property: reads exactly <type>:<action> back, whatever the words', () => {
    fc.assert(
      fc.property(typeName, word, (type, action) => {
        expect(parseOperation(`${type}:${action}`)).toEqual({
          name: `${type}:${action}`,
          type,
          action,
          alone: { resource: { type }, context: {} },
        })
      }),
    )
  })

  it('property: a text with any other character is no operation', () => {
    const other = fc.string({ minLength: 1, maxLength: 1 }).filter((text) => !/[\w.:-]/.test(text))
    fc.assert(
      fc.property(typeName, other, word, (type, intruder, action) => {
        expect(parseOperation(`${type}:${intruder}${action}`)).toBeUndefined()
        expect(parseOperation(`${type}:${action}${intruder}`)).toBeUndefined()
        expect(parseOperation(`${intruder}${type}:${action}`)).toBeUndefined()
      }),
    )
  })
})

describe('parsePattern: how claims and policies write operations', () => {
  it('reads an operation, an action wildcard and the wildcard for everything', () => {
    expect(parsePattern('transfers:create')).toEqual({ type: 'transfers', action: 'create' })
    expect(parsePattern('transfers:*')).toEqual({ type: 'transfers', action: undefined })
    expect(parsePattern('bank:transfers:*')).toEqual({ type: 'bank:transfers', action: undefined })
    expect(parsePattern('*')).toEqual({ type: undefined, action: undefined })
  })

  it.each([
    '*:*',
    '*:create',
    'transfers:**',
    'transfers:cre*',
    '**',
    ':*',
    'transfers',
    'manage',
    'all',
    '',
    ' *',
    '* ',
    'transfers:*\n',
    'transfers.*',
    'transfers:*:create',
  ])('takes %j for no pattern', (text) => {
    expect(parsePattern(text)).toBeUndefined()
  })

  it('tells wildcards from operations; manage and all are none', () => {
    const wildcards = ['*', 'transfers:*'].map(parsePattern)
    const ordinary = ['transfers:create', 'all:manage', 'manage:all', 'x:any'].map(parsePattern)
    expect(wildcards.map((pattern) => pattern && isWildcard(pattern))).toEqual([true, true])
    expect(ordinary.map((pattern) => pattern && isWildcard(pattern))).not.toContain(true)
  })
})

const matches = (pattern: OperationPattern | undefined, { type, action }: Operation): boolean =>
  pattern !== undefined &&
  (pattern.type === undefined || pattern.type === type) &&
  (pattern.action === undefined || pattern.action === action)

const fewTypes = fc.constantFrom('transfers', 'events', '__proto__', 'all', 'any')
const fewActions = fc.constantFrom('create', 'read', 'manage', 'constructor', 'any')
const patterns = fc.oneof(
  fc.constant('*'),
  fewTypes.map((type) => `${type}:*`),
  fc.tuple(fewTypes, fewActions).map(([type, action]) => `${type}:${action}`),
)

describe('covers: whether a pattern stands for an operation', () => {
  it('property: type and action are compared each by itself', () => {
    fc.assert(
      fc.property(patterns, fewTypes, fewActions, (text, type, action) => {
        const [pattern, operation] = [parsePattern(text), parseOperation(`${type}:${action}`)]
        if (!pattern || !operation) throw new Error('the generators are wrong')
        expect(covers(pattern, operation)).toBe(matches(pattern, operation))
      }),
      { numRuns: 500 },
    )
  })
})

describe('createOperationReader: a memory that changes nothing', () => {
  it('property: reads what parseOperation reads, the first time and again', () => {
    const read = createOperationReader()
    const texts = fc.oneof(
      fc.string(),
      patterns,
      fc.tuple(typeName, word).map((w) => w.join(':')),
    )
    fc.assert(
      fc.property(texts, (text) => {
        expect(read(text)).toEqual(parseOperation(text))
        expect(read(text)).toEqual(parseOperation(text))
      }),
    )
  })

  it('threat row 45: many names do not make it forget or mistake any', () => {
    const read = createOperationReader()
    for (let index = 0; index < 5000; index += 1) {
      expect(read(`transfers:a${index}`)?.action).toBe(`a${index}`)
    }
    expect(read('transfers:a0')?.action).toBe('a0')
    expect(read('transfers:a4999')?.action).toBe('a4999')
    expect(read('__proto__')).toBeUndefined()
  })
})

describe('threat row 45: the memory of operations is bounded and cannot be filled with garbage', () => {
  const isRemembered = (read: ReturnType<typeof createOperationReader>, name: string): boolean => {
    const first = read(name)
    return first !== undefined && read(name) === first
  }

  it('an operation is read once', () => {
    expect(isRemembered(createOperationReader(), 'transfers:create')).toBe(true)
  })

  it('a thousand operations are remembered, and not one more', () => {
    const read = createOperationReader()
    const names = Array.from({ length: 1001 }, (_, index) => `transfers:a${index}`)
    expect(names.map((name) => isRemembered(read, name)).indexOf(false)).toBe(1000)
  })

  it('what is no operation takes no place', () => {
    const read = createOperationReader()
    for (let index = 0; index < 2000; index += 1) read(`garbage-${index}`)
    expect(isRemembered(read, 'transfers:create')).toBe(true)
  })
})

describe('intersect: authority only narrows (rule 2)', () => {
  it('property: matches an operation iff both patterns match it', () => {
    fc.assert(
      fc.property(patterns, patterns, fewTypes, fewActions, (one, other, type, action) => {
        const [first, second] = [parsePattern(one), parsePattern(other)]
        const operation = parseOperation(`${type}:${action}`)
        if (!first || !second || !operation) throw new Error('the generators are wrong')
        const both = matches(first, operation) && matches(second, operation)
        expect(matches(intersect(first, second), operation)).toBe(both)
        expect(matches(intersect(second, first), operation)).toBe(both)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('commonOperations: the same in words, for tools', () => {
  it.each([
    ['*', '*', '*'],
    ['*', 'transfers:*', 'transfers:*'],
    ['transfers:*', 'transfers:create', 'transfers:create'],
    ['bank:transfers:*', 'bank:transfers:create', 'bank:transfers:create'],
    ['transfers:create', 'transfers:create', 'transfers:create'],
    ['transfers:create', 'transfers:read', undefined],
    ['bank:*', 'bank:transfers:create', undefined],
    ['transfers:*', 'no operation', undefined],
    ['transfers', '*', undefined],
  ])('%s and %s have %s in common', (one, other, common) => {
    expect(commonOperations(one, other)).toBe(common)
    expect(commonOperations(other, one)).toBe(common)
  })
})
