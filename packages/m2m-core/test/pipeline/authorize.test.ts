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

describe('resource and context as functions (issue 2)', () => {
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
