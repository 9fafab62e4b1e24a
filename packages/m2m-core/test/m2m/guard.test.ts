import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { isM2MError } from '../../src/errors/m2m-error.js'
import { consequenceOf } from '../../src/m2m/consequence.js'
import { createGuard } from '../../src/m2m/guard.js'
import type { M2M } from '../../src/m2m/m2m.js'
import { createOperationGuard } from '../../src/m2m/operation-guard.js'
import { findServiceOf, serviceOf, slotOf } from '../../src/m2m/slot.js'
import type { RequiredScope } from '../../src/scope/scope-requirement.js'
import { inShort, problemsOf, requestWith, setUp } from './fixture.js'

/** What was said on the console, through Node's own warnings, since the test began. */
let warnings: Error[] = []
const hear = (warning: Error): void => void warnings.push(warning)
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const printers = process.listeners('warning')

beforeEach(() => {
  warnings = []
  process.removeAllListeners('warning').on('warning', hear)
})
afterEach(async () => {
  vi.restoreAllMocks()
  await settled()
  process.removeListener('warning', hear)
  for (const printer of printers) process.on('warning', printer)
})

const internal = { requiredScope: 's2s:internal' }
const ops = { allowedOps: ['transfers:create'] }

describe('createGuard: what a guard leaves in the slot', () => {
  it('the service when it admits', async () => {
    const { issuer, m2m } = await setUp()
    const guard = createGuard({ m2m, ...internal })
    const request = requestWith(await issuer.service(ops))
    const verdict = await guard.check(request)
    expect(verdict.admitted).toBe(true)
    const slot = slotOf(request)
    expect(slot).toMatchObject({ mode: 'enforce', service: { id: 'billing' } })
    expect(slot?.m2m).toBe(m2m)
    expect(slot?.refusal).toBeUndefined()
    expect(serviceOf(request)).toBe(slot?.service)
  })

  it('no service and the refusal when it refuses', async () => {
    const { issuer, m2m } = await setUp()
    const guard = createGuard({ m2m, ...internal })
    const request = requestWith(await issuer.user())
    const verdict = await guard.check(request)
    expect(verdict).toMatchObject({ code: 'principal_type_mismatch' })
    expect(slotOf(request)).toMatchObject({ service: null, mode: 'enforce' })
    expect(slotOf(request)?.refusal).toBe(verdict)
  })

  it('makes its own M2M from options', async () => {
    const { issuer } = await setUp()
    const guard = createGuard({ ...issuer.asOptions(), ...internal, audit: { sinks: [] } })
    expect(await inShort(guard.check(requestWith(await issuer.service())))).toBe('admitted')
  })

  it('is a plain value when everything needed is warm', async () => {
    const { issuer, m2m } = await setUp()
    const guard = createGuard({ m2m, ...internal })
    const token = await issuer.service()
    await guard.check(requestWith(token))
    const request = requestWith(token)
    expect(guard.check(request)).not.toBeInstanceOf(Promise)
    expect(slotOf(request)?.service?.id).toBe('billing')
  })
})

describe('createGuard: requiredScope must be said', () => {
  const wrong: readonly unknown[] = [
    undefined,
    '',
    [],
    [''],
    ' ',
    'a b',
    's2s:internal\n',
    ['a b'],
    ['a', undefined],
    [undefined],
    [null],
    { any: [] },
    { any: [''] },
    { any: 'a' },
    { any: [undefined] },
    { all: ['a'] },
    {},
    7,
    true,
    false,
    () => 'a',
    'caf\u00e9',
    'a"b',
    'a\\b',
  ]

  it.each(wrong.map((requiredScope) => ({ requiredScope })))(
    '$requiredScope is a ConfigurationError',
    async ({ requiredScope }) => {
      const { m2m } = await setUp()
      const scope = requiredScope as RequiredScope
      const problems = problemsOf(() => createGuard({ m2m, requiredScope: scope }))
      expect(problems).toHaveLength(1)
      const code = requiredScope === undefined ? 'M2M_CFG_SCOPE_MISSING' : 'M2M_CFG_SCOPE_INVALID'
      expect(problems).toMatchObject([{ code, path: 'requiredScope' }])
    },
  )

  it('an option that was forgotten is like undefined', async () => {
    const { m2m } = await setUp()
    const options = { m2m } as unknown as Parameters<typeof createGuard>[0]
    expect(problemsOf(() => createGuard(options))).toMatchObject([
      { code: 'M2M_CFG_SCOPE_MISSING' },
    ])
  })

  it.each<readonly [scope: RequiredScope, granted: string, outcome: string]>([
    [null, '', 'admitted'],
    ['a', 'a', 'admitted'],
    ['a', 'b', '403 insufficient_scope'],
    [['a', 'b'], 'a b', 'admitted'],
    [['a', 'b'], 'a', '403 insufficient_scope'],
    [{ any: ['a', 'b'] }, 'b', 'admitted'],
    [{ any: ['a', 'b'] }, 'c', '403 insufficient_scope'],
    ['s2s:internal', 's2s:internal-x', '403 insufficient_scope'],
    ['s2s:internal', 'S2S:INTERNAL', '403 insufficient_scope'],
    ['__proto__', 'a', '403 insufficient_scope'],
    ['constructor', 'a', '403 insufficient_scope'],
  ])('%j with %j granted: %s', async (requiredScope, scope, outcome) => {
    const { issuer, m2m } = await setUp()
    const guard = createGuard({ m2m, requiredScope })
    expect(await inShort(guard.check(requestWith(await issuer.service({ scope }))))).toBe(outcome)
  })
})

describe('createGuard: every problem at once (rule 1)', () => {
  it('of its own options and of the M2M', () => {
    const options = {
      requiredScope: [],
      refusals: 'next',
      property: 'user',
      issuer: 'https://issuer.test',
      clockTolerance: 999,
      isuer: 'x',
    } as unknown as Parameters<typeof createGuard>[0]
    const paths = problemsOf(() => createGuard(options)).map(({ path }) => path)
    expect([...paths].sort()).toEqual([
      'audience',
      'clockTolerance',
      'isuer',
      'property',
      'refusals',
      'requiredScope',
    ])
  })

  it.each(['auth', 'user', '__proto__'])('property %s belongs to others', async (property) => {
    const { m2m } = await setUp()
    const problems = problemsOf(() => createGuard({ m2m, ...internal, property }))
    expect(problems).toMatchObject([{ code: 'M2M_CFG_OPTION_INVALID', path: 'property' }])
  })

  it('options of an M2M beside an M2M would mean nothing', async () => {
    const { issuer, m2m } = await setUp()
    const options = { m2m, ...internal, ...issuer.asOptions(), audiance: 'x' }
    const problems = problemsOf(() => createGuard(options))
    expect(problems.map(({ code, path }) => `${code} ${path}`).sort()).toEqual([
      'M2M_CFG_OPTION_UNKNOWN audiance',
      'M2M_CFG_OPTION_UNKNOWN audience',
      'M2M_CFG_OPTION_UNKNOWN fetch',
      'M2M_CFG_OPTION_UNKNOWN issuer',
    ])
  })

  it.each([null, {}, 'm2m', 7])('%j is no M2M', (m2m) => {
    const options = { m2m, ...internal } as unknown as Parameters<typeof createGuard>[0]
    expect(problemsOf(() => createGuard(options))).toMatchObject([
      { code: 'M2M_CFG_OPTION_INVALID', path: 'm2m' },
    ])
  })

  it.each([undefined, null, {}])('options that are %j', (options) => {
    const make = () => createGuard(options as unknown as Parameters<typeof createGuard>[0])
    const codes = problemsOf(make).map(({ code }) => code)
    expect(codes).toContain('M2M_CFG_SCOPE_MISSING')
    expect(codes).toContain('M2M_CFG_ISSUER_MISSING')
  })
})

describe('the same M2M mounted again on one request', () => {
  it('checks only the new scope and verifies nothing again', async () => {
    const { issuer, m2m, records } = await setUp()
    const outer = createGuard({ m2m, requiredScope: 'a' })
    const inner = createGuard({ m2m, requiredScope: 'b' })
    const request = requestWith(await issuer.service({ scope: 'a b' }))
    await outer.check(request)
    const verify = vi.spyOn(crypto.subtle, 'verify')
    const before = slotOf(request)?.service
    const authorization = { authorization: 'Bearer changed-in-between' }
    Object.assign(request, { headers: authorization })
    expect(inner.check(request)).toMatchObject({ admitted: true })
    expect(slotOf(request)?.service).toBe(before)
    expect(verify).not.toHaveBeenCalled()
    expect(records.map(({ outcome, stage }) => [outcome, stage])).toEqual([
      ['admitted', 'scope'],
      ['admitted', 'scope'],
    ])
  })

  it('a scope that only the inner one needs is refused there, and nothing is left to pass', async () => {
    const { issuer, m2m, records } = await setUp()
    const outer = createGuard({ m2m, requiredScope: 'a' })
    const inner = createGuard({ m2m, requiredScope: 'b' })
    const request = requestWith(await issuer.service({ scope: 'a', ...ops }))
    await outer.check(request)
    expect(await inShort(inner.check(request))).toBe('403 insufficient_scope')
    expect(slotOf(request)?.service).toBeNull()
    const operation = createOperationGuard('transfers:create')
    expect(await inShort(operation(request, request))).toBe('403 insufficient_scope')
    expect(() => serviceOf(request)).toThrow()
    expect(records.map(({ outcome }) => outcome)).toEqual(['admitted', 'refused'])
  })

  it('a caller that the outer one refused stays refused, whatever the inner one needs', async () => {
    const { issuer, m2m, records } = await setUp()
    const outer = createGuard({ m2m, requiredScope: 'a' })
    const inner = createGuard({ m2m, requiredScope: null })
    const request = requestWith(await issuer.service({ scope: 'b' }))
    expect(await inShort(outer.check(request))).toBe('403 insufficient_scope')
    expect(await inShort(inner.check(request))).toBe('403 insufficient_scope')
    expect(records).toHaveLength(1)
  })

  it('on another request it authenticates anew', async () => {
    const { issuer, m2m } = await setUp()
    const guard = createGuard({ m2m, ...internal })
    await guard.check(requestWith(await issuer.service()))
    expect(await inShort(guard.check(requestWith()))).toBe('401 credentials_missing')
  })
})

describe('two M2Ms on one request: both must admit, the inner principal counts', () => {
  const setUpTwo = async () => {
    const shared = await setUp('shared')
    const policy = { version: 1, rulesFor: () => [] }
    const inner = await setUp('inner', { ...shared.issuer.asOptions(), policy })
    return { issuer: shared.issuer, one: shared, two: inner }
  }

  it('both verify, and requireOp asks the inner one', async () => {
    const { issuer, one, two } = await setUpTwo()
    const [outer, inner] = [one, two].map(({ m2m }) => createGuard({ m2m, ...internal }))
    const request = requestWith(await issuer.service(ops))
    const operation = createOperationGuard('transfers:create')
    expect(await inShort(outer?.check(request) ?? Promise.reject())).toBe('admitted')
    const first = serviceOf(request)
    expect(await inShort(operation(request, request))).toBe('admitted')
    const verify = vi.spyOn(crypto.subtle, 'verify')
    expect(await inShort(inner?.check(request) ?? Promise.reject())).toBe('admitted')
    expect(verify).toHaveBeenCalledTimes(1)
    expect(serviceOf(request)).not.toBe(first)
    expect(slotOf(request)?.m2m).toBe(two.m2m)
    expect(await inShort(operation(request, request))).toBe('403 operation_denied')
    expect(one.records.map(({ outcome }) => outcome)).toEqual(['admitted', 'admitted'])
    expect(two.records.map(({ outcome }) => outcome)).toEqual(['admitted', 'refused'])
  })

  it('one that does not know the issuer refuses what the other admitted', async () => {
    const one = await setUp('one')
    const two = await setUp('two')
    const request = requestWith(await one.issuer.service(ops))
    await createGuard({ m2m: one.m2m, ...internal }).check(request)
    const verdict = createGuard({ m2m: two.m2m, ...internal }).check(request)
    expect(await inShort(verdict)).toBe('401 invalid_token')
    expect(slotOf(request)?.service).toBeNull()
    const operation = createOperationGuard('transfers:create')
    expect(await inShort(operation(request, request))).toBe('401 invalid_token')
  })
})

describe('createOperationGuard: the slot is its only input', () => {
  const forgeries: Readonly<Record<string, (service: unknown) => object>> = {
    'request.service': (service) => ({ service }),
    'request.state.service': (service) => ({ state: { service } }),
    'request.auth and request.user': (service) => ({ auth: service, user: service }),
    'the text m2m.request': (service) => ({ 'm2m.request': { service } }),
    'another symbol': (service) => ({ [Symbol('m2m.request')]: { service } }),
    'a header': () => ({ headers: { 'm2m.request': '{"service":{}}', service: 'billing' } }),
  }

  it.each(Object.entries(forgeries))('%s gains nothing', async (_what, forge) => {
    const { issuer, m2m } = await setUp()
    const verdict = await m2m.authenticate(requestWith(await issuer.service(ops)))
    const service = verdict.admitted ? verdict.service : undefined
    const operation = createOperationGuard('transfers:create')
    for (const one of [service, { id: 'billing', allowedOps: ['*'], can: () => true }]) {
      const request = { ...requestWith(), ...forge(one) }
      expect(await inShort(operation(request, request))).toBe('500 M2M_CFG_GUARD_MISSING')
      expect(() => serviceOf(request)).toThrow()
    }
    await settled()
    expect(warnings).toHaveLength(1)
  })

  it('a forged service beside a refusal gains nothing', async () => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.user())
    await createGuard({ m2m, ...internal }).check(request)
    Object.assign(request, { service: { id: 'billing', can: () => true } })
    const operation = createOperationGuard('transfers:create')
    expect(await inShort(operation(request, request))).toBe('403 principal_type_mismatch')
  })

  it('a forged service in a forged slot is a TypeError, not a decision', async () => {
    const { m2m } = await setUp()
    const request = requestWith()
    const service = { id: 'billing', allowedOps: ['*'] }
    const slot = { m2m, service, mode: 'enforce' }
    Object.assign(request, { [Symbol.for('m2m.request')]: slot })
    const operation = createOperationGuard('transfers:create')
    expect(() => operation(request, request)).toThrow(TypeError)
  })
})

describe('createOperationGuard', () => {
  it.each(['*', 'transfers:*', 'manage', '', 'transfers', 'transfers:create ', undefined, null, 7])(
    'the operation %j is a ConfigurationError when it is made',
    (operation) => {
      const make = () => createOperationGuard(operation as string)
      expect(problemsOf(make)).toMatchObject([
        { code: 'M2M_CFG_OPERATION_INVALID', path: 'operation' },
      ])
    },
  )

  it('rule 1: without a guard every request is 500, said once on the console', async () => {
    const operation = createOperationGuard('transfers:create')
    for (let call = 0; call < 3; call += 1) {
      const request = requestWith('x')
      const verdict = await operation(request, request)
      expect(verdict).toMatchObject({ admitted: false, code: 'M2M_CFG_GUARD_MISSING' })
      expect(await inShort(verdict)).toBe('500 M2M_CFG_GUARD_MISSING')
    }
    await settled()
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining("requireOp('transfers:create')"),
    ])
  })

  it('a slot with a refusal is answered with that refusal, which is not recorded again', async () => {
    const { issuer, m2m, records } = await setUp()
    const request = requestWith(await issuer.expired())
    const refusal = await createGuard({ m2m, ...internal }).check(request)
    const operation = createOperationGuard('transfers:create')
    expect(await operation(request, request)).toBe(refusal)
    expect(records).toHaveLength(1)
  })

  it('resource and context get the framework view, and only after authentication', async () => {
    const { issuer, m2m } = await setUp()
    const asked: unknown[] = []
    const view = { params: { id: 't-1' } }
    const operation = createOperationGuard<typeof view>('transfers:create', {
      resource: async (seen) => {
        asked.push(seen)
        return { id: seen.params.id }
      },
      context: (seen) => {
        asked.push(seen)
        return {}
      },
    })
    const guard = createGuard({ m2m, ...internal })
    const refused = requestWith(await issuer.expired())
    await guard.check(refused)
    await operation(refused, view)
    await operation(requestWith(), view)
    expect(asked).toEqual([])
    const request = requestWith(await issuer.service(ops))
    await guard.check(request)
    expect(await inShort(operation(request, view))).toBe('admitted')
    expect(asked).toEqual([view, view])
  })

  it('what the resource function throws comes out unchanged', async () => {
    const { issuer, m2m } = await setUp()
    const fault = Object.assign(new Error('row not found'), { status: 404 })
    const request = requestWith(await issuer.service(ops))
    await createGuard({ m2m, ...internal }).check(request)
    const fail = createOperationGuard('transfers:create', { resource: () => Promise.reject(fault) })
    await expect(Promise.resolve(fail(request, request))).rejects.toBe(fault)
  })
})

describe('what adapters take from the slot', () => {
  it('serviceOf without a guard throws a branded 500', () => {
    const thrown: unknown[] = []
    try {
      serviceOf(requestWith())
    } catch (fault) {
      thrown.push(fault)
    }
    expect(thrown).toMatchObject([{ code: 'M2M_CFG_GUARD_MISSING', status: 500, statusCode: 500 }])
    expect(isM2MError(thrown[0])).toBe(true)
  })

  it('serviceOf after a refusal throws that refusal', async () => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.expired())
    await createGuard({ m2m, ...internal }).check(request)
    expect(() => serviceOf(request)).toThrow(
      expect.objectContaining({ code: 'token_expired', status: 401 }),
    )
  })

  it('findServiceOf is undefined wherever serviceOf throws', async () => {
    const { issuer, m2m } = await setUp()
    const guard = createGuard({ m2m, ...internal })
    expect(findServiceOf(requestWith())).toBeUndefined()
    const refused = requestWith(await issuer.expired())
    await guard.check(refused)
    expect(findServiceOf(refused)).toBeUndefined()
    const admitted = requestWith(await issuer.service())
    await guard.check(admitted)
    expect(findServiceOf(admitted)).toBe(serviceOf(admitted))
  })

  it('what follows from a refusal is its reply, or the branded error with the whole of it', async () => {
    const { m2m } = await setUp()
    const request = requestWith()
    const verdict = await createGuard({ m2m, ...internal }).check(request)
    if (verdict.admitted) throw new Error('expected a refusal')
    expect(consequenceOf(verdict, request).reply).toBe(verdict.reply)
    const { error, reply } = consequenceOf(verdict, request, 'throw')
    expect(reply).toBeUndefined()
    expect(isM2MError(error)).toBe(true)
    expect(error).toMatchObject({
      code: 'credentials_missing',
      status: 401,
      statusCode: 401,
      expose: true,
      headers: verdict.reply.headers,
    })
  })

  it('refusals are thrown where the innermost guard says so, and answered by default', async () => {
    const { m2m } = await setUp()
    const request = requestWith()
    const verdict = await m2m.authenticate(request)
    expect(consequenceOf(verdict, request).error).toBeUndefined()
    await createGuard({ m2m, ...internal, refusals: 'throw' }).check(request)
    expect(consequenceOf(verdict, request).error).toBeInstanceOf(Error)
    expect(consequenceOf(verdict, request, 'reply').error).toBeUndefined()
  })

  it('what follows from an admission or a pass is that the request goes on', async () => {
    const { issuer, m2m } = await setUp()
    const guard = createGuard({ m2m, ...internal, onNoCredential: 'next' })
    const request = requestWith(await issuer.service())
    const verdict = await guard.check(request)
    const headers = { 'x-left': '3' }
    expect(consequenceOf({ ...verdict, headers } as typeof verdict, request)).toEqual({
      headers,
      service: serviceOf(request),
    })
    const passed = requestWith()
    const gone = { headers: {}, service: undefined }
    expect(consequenceOf(await guard.check(passed), passed)).toEqual(gone)
    expect(consequenceOf(undefined, requestWith())).toEqual(gone)
  })
})

describe('two guards that read different headers', () => {
  it('both read their own, also with the same M2M', async () => {
    const { issuer, m2m } = await setUp()
    const outer = createGuard({ m2m, ...internal })
    const inner = createGuard({ m2m, ...internal, header: 'x-gateway-token' })
    const request = requestWith(await issuer.service())
    expect((await outer.check(request)).admitted).toBe(true)
    expect(await inner.check(request)).toMatchObject({ code: 'credentials_missing' })
    expect(() => serviceOf(request)).toThrow()
  })
})

describe('a mistake in the set-up that shows at request time', () => {
  it('goes to the framework as an error that tells callers nothing, with its cause', async () => {
    const { issuer, m2m } = await setUp('issuer', {
      policy: { version: 1, rulesFor: () => [{ name: 'secret-rule', effect: 'alow' } as never] },
    })
    const request = requestWith(await issuer.service())
    const fault = await Promise.resolve(createGuard({ m2m, ...internal }).check(request)).catch(
      (thrown: unknown) => thrown,
    )
    expect(fault).toMatchObject({ code: 'authorization_failed', status: 500 })
    expect(String(fault)).not.toContain('secret-rule')
    expect(String((fault as Error).cause)).toContain('secret-rule')
  })
})

describe('a request stays closed once a guard or requireOp has not admitted it (rule 1)', () => {
  const failed = '500 authorization_failed'
  const exploding = () => {
    throw new Error('policy store exploded')
  }
  const thrownBy = (ask: () => unknown): unknown => {
    try {
      return ask()
    } catch (fault) {
      return fault
    }
  }

  it.each(['throw', 'reply'] as const)(
    "a refusal of one M2M (refusals: '%s') is not overruled by another, nor by requireOp",
    async (refusals) => {
      const one = await setUp('one')
      const two = await setUp('two', one.issuer.asOptions())
      const request = requestWith(await one.issuer.service({ ...ops, scope: 'b' }))
      const outer = createGuard({ m2m: one.m2m, requiredScope: 'a', refusals })
      const inner = createGuard({ m2m: two.m2m, requiredScope: 'b' })
      const operation = createOperationGuard('transfers:create')
      expect(await inShort(outer.check(request))).toBe('403 insufficient_scope')
      expect(await inShort(inner.check(request))).toBe('403 insufficient_scope')
      expect(await inShort(operation(request, request))).toBe('403 insufficient_scope')
      expect(() => serviceOf(request)).toThrow(expect.objectContaining({ status: 403 }))
      expect(two.records.filter(({ outcome }) => outcome === 'admitted')).toEqual([])
      expect(
        await inShort(inner.check(requestWith(await one.issuer.service({ scope: 'b' })))),
      ).toBe('admitted')
    },
  )

  it('a guard that faulted closes it: 500 for every later check, and serviceOf throws it', async () => {
    const one = await setUp('one', { policy: { version: 1, rulesFor: exploding } })
    const two = await setUp('two', one.issuer.asOptions())
    const request = requestWith(await one.issuer.service(ops))
    const faulty = createGuard({ m2m: one.m2m, ...internal, refusals: 'throw' })
    await expect(Promise.resolve(faulty.check(request))).rejects.toThrow('exploded')
    for (const m2m of [one.m2m, two.m2m]) {
      const later = createGuard({ m2m, requiredScope: null })
      expect(await inShort(later.check(request))).toBe(failed)
    }
    expect(await inShort(createOperationGuard('transfers:create')(request, request))).toBe(failed)
    const fault = thrownBy(() => serviceOf(request))
    expect(isM2MError(fault)).toBe(true)
    expect(fault).toMatchObject({ code: 'authorization_failed', status: 500 })
    expect(two.records).toEqual([])
  })

  it('so does one that faults at once, on the warm path', async () => {
    const policy = { version: 1, rulesFor: (): readonly never[] => [] }
    const { issuer, m2m } = await setUp('warm', { policy })
    const guard = createGuard({ m2m, ...internal })
    const token = await issuer.service(ops)
    await guard.check(requestWith(token))
    Object.assign(policy, { version: 2, rulesFor: exploding })
    const request = requestWith(token)
    expect(() => guard.check(request)).toThrow('exploded')
    expect(await inShort(guard.check(request))).toBe(failed)
    expect(() => serviceOf(request)).toThrow(expect.objectContaining({ status: 500 }))
  })

  it.each([
    ['throws', exploding],
    ['rejects', () => Promise.reject(new Error('row not found'))],
  ])('a requireOp whose resource %s closes it for the next one', async (_how, resource) => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service(ops))
    await createGuard({ m2m, ...internal }).check(request)
    const faulty = createOperationGuard('transfers:create', { resource })
    await expect((async () => faulty(request, request))()).rejects.toThrow()
    expect(await inShort(createOperationGuard('transfers:create')(request, request))).toBe(failed)
    expect(await inShort(createGuard({ m2m, requiredScope: null }).check(request))).toBe(failed)
    expect(() => serviceOf(request)).toThrow(expect.objectContaining({ status: 500 }))
  })

  it('a requireOp that refused closes it for the next one', async () => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service(ops))
    await createGuard({ m2m, ...internal }).check(request)
    const [denied, allowed] = ['transfers:delete', 'transfers:create'].map((name) =>
      createOperationGuard(name),
    )
    expect(await inShort(denied?.(request, request) ?? Promise.reject())).toBe(
      '403 operation_denied',
    )
    expect(await inShort(allowed?.(request, request) ?? Promise.reject())).toBe(
      '403 operation_denied',
    )
    expect(() => serviceOf(request)).toThrow(expect.objectContaining({ status: 403 }))
  })
})

describe('createGuard and createOperationGuard: slips while setting up (rule 1)', () => {
  it.each([
    ['requiredscope', 'requiredScope'],
    ['refusal', 'refusals'],
    ['propery', 'property'],
  ])('did you mean: %s is %s', async (name, meant) => {
    const { issuer } = await setUp()
    const options = { ...issuer.asOptions(), ...internal, [name]: 'x' }
    const [problem, ...others] = problemsOf(() => createGuard(options))
    expect(others).toEqual([])
    expect(problem).toMatchObject({ code: 'M2M_CFG_OPTION_UNKNOWN', path: name })
    expect(problem?.message).toContain(`did you mean "${meant}"?`)
  })

  it.each(['', 'headers', '__proto__', 'constructor', 'toString', 'a b', 'body', 7, null])(
    'property %j is no name for a copy of the service',
    async (property) => {
      const { m2m } = await setUp()
      const options = { m2m, ...internal, property: property as string }
      expect(problemsOf(() => createGuard(options))).toMatchObject([
        { code: 'M2M_CFG_OPTION_INVALID', path: 'property' },
      ])
    },
  )

  it('an M2M that is undefined or lacks a method is none, and nothing is made in its place', async () => {
    const { m2m } = await setUp()
    for (const wrong of [undefined, { ...m2m, authorize: undefined }, { authenticate: () => 1 }]) {
      const options = { m2m: wrong as unknown as M2M, ...internal }
      expect(problemsOf(() => createGuard(options))).toMatchObject([
        { code: 'M2M_CFG_OPTION_INVALID', path: 'm2m' },
      ])
    }
  })

  it('a list of scopes with a hole', async () => {
    const { m2m } = await setUp()
    const holes: string[] = ['a']
    holes.length = 2
    for (const scope of [holes, { any: holes }, new Array<string>(1)]) {
      expect(problemsOf(() => createGuard({ m2m, requiredScope: scope }))).toMatchObject([
        { code: 'M2M_CFG_SCOPE_INVALID' },
      ])
    }
  })

  it('a list of scopes that is changed afterwards changes nothing', async () => {
    const { issuer, m2m } = await setUp()
    const all = ['a', 'b']
    const any = ['a', 'b']
    const guards = [all, { any }].map((requiredScope) => createGuard({ m2m, requiredScope }))
    all.length = 0
    any.splice(0, 2, 'c')
    const outcomes = await Promise.all(
      guards.map(async ({ check }) =>
        inShort(check(requestWith(await issuer.service({ scope: 'c' })))),
      ),
    )
    expect(outcomes).toEqual(['403 insufficient_scope', '403 insufficient_scope'])
  })

  it.each<readonly [options: unknown, path: string]>([
    [{ resourse: () => ({}) }, 'resourse'],
    [{ resource: 'x' }, 'resource'],
    [{ context: {} }, 'context'],
    [null, 'options'],
    [[], 'options'],
    ['x', 'options'],
  ])('requireOp with %j', (options, path) => {
    const wrong = options as Parameters<typeof createOperationGuard>[1]
    const [problem, ...others] = problemsOf(() => createOperationGuard('transfers:create', wrong))
    expect(problem?.path).toBe(path)
    expect(others).toEqual([])
    if (path === 'resourse') expect(problem?.message).toContain('did you mean "resource"?')
  })
})

it('rule 11: two M2Ms on one request call it by the same made-up id', async () => {
  const one = await setUp('one')
  const two = await setUp('two', one.issuer.asOptions())
  const request = requestWith(await one.issuer.service())
  for (const { m2m } of [one, two]) await createGuard({ m2m, ...internal }).check(request)
  const [first, second] = [one, two].map(({ records }) => records[0]?.requestId)
  expect(first).toMatch(/^[\da-f-]{36}$/)
  expect(second).toBe(first)
})

it.each(['secure', 'get', 'on', 'emit', 'pipe', 'destroy', 'next', 'route', 'baseUrl'])(
  'the courtesy copy cannot take the name of request.%s',
  async (property) => {
    const { m2m } = await setUp()
    const [problem] = problemsOf(() => createGuard({ m2m, requiredScope: 'a', property }))
    expect(problem).toMatchObject({ code: 'M2M_CFG_OPTION_INVALID', path: 'property' })
  },
)
