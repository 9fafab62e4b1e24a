import { describe, expect, it } from 'vitest'
import type { PolicyRule } from '../../src/policy/policy.js'
import {
  allow,
  editablePolicy,
  inShort,
  refusalIn,
  requestWith,
  serviceIn,
  setUp,
} from './fixture.js'

const withService = async (
  allowedOps: readonly string[] | undefined,
  options: Parameters<typeof setUp>[0] = {},
) => {
  const set = await setUp(options)
  const token = await set.issuer.service(allowedOps ? { allowedOps } : {})
  const request = requestWith(token)
  return { ...set, request, service: serviceIn(await set.m2m.authenticate(request)) }
}

const small: PolicyRule = {
  name: 'small transfers',
  effect: 'allow',
  operations: ['transfers:create'],
  conditions: [{ field: 'resource.amount', operator: 'less_than_or_equal', value: 1000 }],
}

describe('the decision stage', () => {
  it('is a plain value, and the same verdict object as authentication', async () => {
    const { m2m, request, service } = await withService(['transfers:create'])
    const verdict = m2m.authorize(service, 'transfers:create')
    expect(verdict).not.toBeInstanceOf(Promise)
    expect(verdict).toBe(m2m.authenticate(request))
  })

  it('a condition decides: 1000 permitted, 5000 and no amount forbidden', async () => {
    const { policy } = editablePolicy([small])
    const { m2m, service } = await withService(['transfers:create'], { policy })
    const ask = (attributes?: Record<string, unknown>) =>
      inShort(m2m.authorize(service, 'transfers:create', attributes && { attributes }))
    expect(await ask({ amount: 1000 })).toBe('admitted')
    expect(await ask({ amount: 5000 })).toBe('403 operation_denied')
    expect(await ask({ amount: '1000' })).toBe('403 operation_denied')
    expect(await ask({})).toBe('403 operation_denied')
    expect(await ask()).toBe('403 operation_denied')
  })

  it('the context decides, too', async () => {
    const condition = { field: 'context.channel', operator: 'equals', value: 'queue' } as const
    const { policy } = editablePolicy([{ ...allow('transfers:create'), conditions: [condition] }])
    const { m2m, service } = await withService(undefined, { policy })
    const ask = (context: Record<string, unknown> | undefined) =>
      inShort(m2m.authorize(service, 'transfers:create', undefined, context))
    expect(await ask({ channel: 'queue' })).toBe('admitted')
    expect(await ask({ channel: 'http' })).toBe('403 operation_denied')
    expect(await ask(undefined)).toBe('403 operation_denied')
  })

  it('rule 2: a service without operations and without a policy may do nothing', async () => {
    const { m2m, service } = await withService(undefined)
    expect(await inShort(m2m.authorize(service, 'transfers:create'))).toBe('403 operation_denied')
    expect(service.can('transfers:create')).toBe(false)
  })
})

describe('operations that are none are refused, not thrown (threat row 22)', () => {
  const hostile = [
    '*',
    '*:*',
    'transfers:*',
    '*:create',
    'manage',
    'all',
    'manage:all',
    'all:manage',
    'transfers',
    '',
    ':',
    'transfers:create\n',
    'transfers:create,transfers:read',
    '__proto__',
    '__proto__:create',
    'constructor:prototype',
    'toString:call',
    't'.repeat(1_000_000),
    `${'a:'.repeat(100_000)}b`,
    undefined,
    null,
    7,
    true,
    {},
    [],
    ['transfers:create'],
  ]

  it.each(hostile.map((operation) => ({ operation })))('$operation', async ({ operation }) => {
    const { m2m, service } = await withService(['transfers:create'])
    const verdict = m2m.authorize(service, operation as string)
    expect(refusalIn(await verdict)).toMatchObject({ code: 'operation_denied', kind: 'refused' })
    expect(service.can(operation as string)).toBe(false)
    expect((await m2m.explain(service, operation as string)).admitted).toBe(false)
  })

  it('not even for a service that may do everything', async () => {
    const { policy } = editablePolicy([allow('*')])
    const options = { policy, wildcardOps: true }
    const { m2m, service } = await withService(['*'], options)
    expect(await inShort(m2m.authorize(service, 'anything:at-all'))).toBe('admitted')
    for (const operation of ['*', '*:*', 'transfers:*', 'manage', 'all']) {
      expect(await inShort(m2m.authorize(service, operation))).toBe('403 operation_denied')
    }
  })

  it('the resource is not even looked at', async () => {
    const { m2m, service } = await withService(['transfers:create'])
    let isAsked = false
    const resource = () => {
      isAsked = true
      return {}
    }
    expect((await m2m.authorize(service, 'transfers:*', resource)).admitted).toBe(false)
    expect(isAsked).toBe(false)
  })
})

describe('resources', () => {
  it('have the type of the operation when they name none', async () => {
    const { m2m, records, service } = await withService(['transfers:create'])
    expect(await inShort(m2m.authorize(service, 'transfers:create', { id: 't-1' }))).toBe(
      'admitted',
    )
    expect(records.at(-1)?.resource).toEqual({ type: 'transfers', id: 't-1' })
  })

  it.each(['events', 'Transfers', 'transfers ', '', 'all', '*', '__proto__', 7, {}, ['transfers']])(
    'of another type are refused: %j',
    async (type) => {
      const { policy } = editablePolicy([allow('*')])
      const { m2m, service } = await withService(undefined, { policy })
      const resource = { type: type as string }
      const verdict = refusalIn(await m2m.authorize(service, 'transfers:create', resource))
      expect(verdict.code).toBe('operation_denied')
      expect(service.can('transfers:create', resource)).toBe(false)
    },
  )

  it('cannot change what is asked', async () => {
    const { m2m, service } = await withService(['events:publish'])
    const resource = { type: 'events', operation: 'events:publish', action: 'publish' }
    expect((await m2m.authorize(service, 'transfers:create', resource)).admitted).toBe(false)
  })
})

describe('resource and context as functions', () => {
  it('may give a value, nothing, a promise or another thenable', async () => {
    const { policy } = editablePolicy([small])
    const { m2m, service } = await withService(undefined, { policy })
    const found = { attributes: { amount: 5 } }
    const thenable = {
      then: (resolve: (value: typeof found) => void) => resolve(found),
    }
    const functions: Parameters<typeof m2m.authorize>[2][] = [
      () => found,
      async () => found,
      () => thenable as unknown as PromiseLike<typeof found>,
    ]
    for (const resource of functions) {
      expect(await inShort(m2m.authorize(service, 'transfers:create', resource))).toBe('admitted')
    }
    for (const resource of [() => undefined, async () => undefined]) {
      const verdict = m2m.authorize(service, 'transfers:create', resource)
      expect(await inShort(verdict)).toBe('403 operation_denied')
    }
  })

  it('a plain value from a function keeps the verdict plain', async () => {
    const { m2m, service } = await withService(['transfers:create'])
    const verdict = m2m.authorize(service, 'transfers:create', () => ({ id: 't-1' }))
    expect(verdict).not.toBeInstanceOf(Promise)
  })

  it('run once each, the context after the resource', async () => {
    const { m2m, service } = await withService(['transfers:create'])
    const asked: string[] = []
    const note = (what: string) => async () => {
      asked.push(what)
      return {}
    }
    await m2m.authorize(service, 'transfers:create', note('resource'), note('context'))
    expect(asked).toEqual(['resource', 'context'])
  })

  it('do not run for a caller that is no longer current', async () => {
    const { clock, m2m, service } = await withService(['transfers:create'])
    clock.advance(10 * 60_000)
    let isAsked = false
    const resource = () => {
      isAsked = true
      return {}
    }
    const verdict = m2m.authorize(service, 'transfers:create', resource)
    expect(await inShort(verdict)).toBe('401 token_expired')
    expect(isAsked).toBe(false)
  })

  const faults: readonly unknown[] = [
    new Error('row not found'),
    Object.assign(new Error('teapot'), { status: 418 }),
    { status: 404 },
    'text',
    null,
    undefined,
    Object.freeze(new TypeError('frozen')),
  ]

  it.each(faults.map((fault) => ({ fault })))(
    'what they throw comes out as it is and is recorded as a fault: $fault',
    async ({ fault }) => {
      const { m2m, records, service } = await withService(['transfers:create'])
      const fail = () => {
        throw fault
      }
      const later = () => Promise.reject(fault)
      const pairs = [
        [fail, undefined],
        [later, undefined],
        [undefined, fail],
        [undefined, later],
      ] as const
      for (const [resource, context] of pairs) {
        const before = records.length
        const caught: unknown[] = []
        try {
          await m2m.authorize(service, 'transfers:create', resource, context)
        } catch (thrown) {
          caught.push(thrown)
        }
        expect(caught).toHaveLength(1)
        expect(caught[0]).toBe(fault)
        expect(records.slice(before)).toMatchObject([{ outcome: 'fault', stage: 'decision' }])
      }
    },
  )

  it('rule 7: the record of a fault does not repeat its text', async () => {
    const { m2m, records, service } = await withService(['transfers:create'])
    const fail = () => {
      throw new Error('password=hunter2\r\n')
    }
    expect(() => m2m.authorize(service, 'transfers:create', fail)).toThrow('hunter2')
    expect(JSON.stringify(records.at(-1))).not.toContain('hunter2')
  })
})

describe('can and explain', () => {
  it('agree with authorize, write no record and fetch nothing', async () => {
    const { policy } = editablePolicy([small, allow('events:publish')])
    const { issuer, m2m, records, service } = await withService(
      ['transfers:create', 'transfers:read'],
      { policy },
    )
    const questions = [
      ['transfers:create', { attributes: { amount: 5 } }],
      ['transfers:create', { attributes: { amount: 5000 } }],
      ['transfers:create', undefined],
      ['transfers:read', undefined],
      ['events:publish', undefined],
    ] as const
    for (const [operation, resource] of questions) {
      const { admitted } = await m2m.authorize(service, operation, resource)
      const [written, fetched] = [records.length, issuer.requests.length]
      expect(service.can(operation, resource)).toBe(admitted)
      expect((await service.explain(operation, resource)).admitted).toBe(admitted)
      expect((await m2m.explain(service, operation, resource)).admitted).toBe(admitted)
      expect([records.length, issuer.requests.length]).toEqual([written, fetched])
    }
  })

  it('explain names each layer with its answer', async () => {
    const { policy } = editablePolicy([small])
    const { m2m, service } = await withService(['transfers:create'], { policy })
    const explanation = await m2m.explain(service, 'transfers:create')
    expect(explanation.layers.map(({ layer, answer }) => [layer, answer])).toEqual([
      ['token', 'permit'],
      ['policy', 'forbid'],
    ])
    expect(explanation.text).toContain('token: permit')
    expect(explanation.text).toContain('policy: forbid')
  })

  it('explain says which wildcards of the token were ignored', async () => {
    const { m2m, service } = await withService(['transfers:*'])
    expect((await m2m.explain(service, 'transfers:create')).text).toMatch(/ignored.*transfers:\*/)
  })
})

describe('rules 8 and 11: no JSON, however odd, makes a decision throw or go unrecorded', () => {
  const nested = (depth: number): unknown => JSON.parse(`${'['.repeat(depth)}${']'.repeat(depth)}`)
  const odd: readonly (readonly [what: string, value: unknown])[] = [
    ['an object that has no text', JSON.parse('{"toString":1,"valueOf":1}')],
    ['an object with toJSON', JSON.parse('{"toJSON":1,"constructor":1,"then":1}')],
    ['a prototype', JSON.parse('{"__proto__":{"type":"transfers","amount":1}}')],
    ['a symbol', Symbol('transfers\r\n')],
    ['20 000 levels of lists', nested(20_000)],
    ['100 kB of bidi and C1', '\u202e\u009b\u0085'.repeat(33_334)],
    ['a lone surrogate', '\ud800'],
    ['an empty list', []],
    ['a number', 7],
    ['null', null],
  ]
  const short = /^[\x20-\x7e]{0,1000}$/

  it.each(odd)('%s as operation, id, type or context', async (_what, value) => {
    const { policy } = editablePolicy([small, allow('transfers:read')])
    const { m2m, records, service } = await withService(undefined, { policy })
    const questions = [
      [value, undefined, undefined],
      ['transfers:read', { id: value }, undefined],
      ['transfers:read', { type: value }, undefined],
      ['transfers:create', { attributes: { amount: value } }, undefined],
      ['transfers:create', { attributes: value }, undefined],
      ['transfers:read', undefined, value],
      ['transfers:read', undefined, { channel: value }],
    ] as unknown as readonly [string, undefined, undefined][]
    for (const question of questions) {
      const before = records.length
      const verdict = await m2m.authorize(service, ...question)
      if (!verdict.admitted) expect(verdict.code).toBe('operation_denied')
      expect(records).toHaveLength(before + 1)
      const { operation = '', resource } = records.at(-1) ?? {}
      for (const text of [operation, resource?.type ?? '', resource?.id ?? '']) {
        expect(text).toMatch(short)
      }
      expect((await m2m.explain(service, ...question)).text).toMatch(/^[\x20-\x7e\n]{1,4000}$/)
      expect(records).toHaveLength(before + 1)
    }
  })

  it.each(['r-1', 7, [], true, ''])('%j is no resource and no context', async (value) => {
    const { m2m, records, service } = await withService(['transfers:create'])
    const wrong = value as unknown as undefined
    for (const facts of [[wrong], [() => wrong], [undefined, wrong]] as const) {
      const verdict = await m2m.authorize(service, 'transfers:create', ...facts)
      expect(refusalIn(verdict)).toMatchObject({ code: 'operation_denied', reply: { status: 403 } })
      expect(records.at(-1)).toMatchObject({ outcome: 'refused', cause: 'resource_malformed' })
      expect(records.at(-1)?.message).toMatch(short)
    }
  })

  it.each([null, undefined])('%j is the same as no resource', async (value) => {
    const { m2m, records, service } = await withService(['transfers:create'])
    const none = value as undefined
    for (const facts of [[none, none], [() => none, () => none], [async () => none]] as const) {
      expect(await inShort(m2m.authorize(service, 'transfers:create', ...facts))).toBe('admitted')
      expect(records.at(-1)?.resource).toEqual({ type: 'transfers' })
    }
  })
})

describe('rule 11: a fault with an odd name', () => {
  it.each<readonly [what: string, name: PropertyDescriptor]>([
    ['a number', { value: 42 }],
    ['undefined', { value: undefined }],
    ['a symbol', { value: Symbol('name') }],
    [
      'one that cannot be read',
      {
        get: () => {
          throw new Error('no name')
        },
      },
    ],
  ])('%s: comes out as it is and is recorded once', async (_what, name) => {
    const fault = Object.defineProperty(new Error('row not found'), 'name', name)
    const { m2m, records, service } = await withService(['transfers:create'])
    const fail = () => {
      throw fault
    }
    for (const resource of [fail, () => Promise.reject(fault)]) {
      const before = records.length
      const caught: unknown[] = []
      await (async () => m2m.authorize(service, 'transfers:create', resource))().catch((thrown) =>
        caught.push(thrown),
      )
      expect(caught.length === 1 && caught[0] === fault).toBe(true)
      expect(records.slice(before)).toMatchObject([{ outcome: 'fault' }])
    }
  })
})

it('rule 10: resource.id in a condition is the id, never an attribute of that name', async () => {
  const condition = { field: 'resource.id', operator: 'equals', value: 't-1' } as const
  const { policy } = editablePolicy([{ ...allow('transfers:create'), conditions: [condition] }])
  const { m2m, service } = await withService(undefined, { policy })
  const attributes = { id: 't-1' }
  const rows = [
    [{ id: 't-1' }, true],
    [{ id: 't-1', attributes: { id: 't-2' } }, true],
    [{ id: 't-2', attributes }, false],
    [{ id: undefined, attributes }, false],
    [{ attributes }, false],
  ] as const
  for (const [resource, isAllowed] of rows) {
    expect((await m2m.authorize(service, 'transfers:create', resource)).admitted).toBe(isAllowed)
    expect(service.can('transfers:create', resource)).toBe(isAllowed)
    expect(service.ability.can('create', { type: 'transfers', ...resource })).toBe(isAllowed)
  }
})

it('rule 9: id and attributes that a resource inherits are not there', async () => {
  const condition = { field: 'resource.own', operator: 'equals', value: 1 } as const
  const rule = {
    name: 'own',
    effect: 'allow',
    operations: ['a:b'],
    conditions: [condition],
  } as const
  const { issuer, m2m } = await setUp({ policy: { version: 1, rulesFor: () => [rule] } })
  const token = await issuer.service({ allowedOps: ['a:b'] })
  const service = serviceIn(await m2m.authenticate(requestWith(token)))
  const inherited = Object.create({ attributes: { own: 1 } }) as object
  expect(await inShort(m2m.authorize(service, 'a:b', inherited))).toBe('403 operation_denied')
  expect(service.can('a:b', inherited)).toBe(false)
  expect(service.can('a:b', { attributes: { own: 1 } })).toBe(true)
})
