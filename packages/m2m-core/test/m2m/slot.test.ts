import { describe, expect, it } from 'vitest'
import { createGuard } from '../../src/m2m/guard.js'
import { createOperationGuard } from '../../src/m2m/operation-guard.js'
import { leaveVerdict, serviceOf, slotOf, writeSlot } from '../../src/m2m/slot.js'
import type { Verdict } from '../../src/pipeline/verdict.js'
import { inShort, requestWith, setUp } from './fixture.js'

const key = Symbol.for('m2m.request')

describe('the slot: one object under Symbol.for("m2m.request")', () => {
  it('is written and read back, frozen, and hidden from loggers and copies', async () => {
    const { m2m } = await setUp()
    const request = { headers: {} }
    const slot = { m2m, service: null, mode: 'enforce', refusals: 'reply' } as const
    writeSlot(request, slot)
    expect(slotOf(request)).toEqual(slot)
    expect(Object.isFrozen(slotOf(request))).toBe(true)
    expect(Reflect.get(request, key)).toBe(slotOf(request))
    expect(JSON.stringify(request)).toBe('{"headers":{}}')
    expect(slotOf({ ...request })).toBeUndefined()
  })

  it('cannot be assigned over, but an inner guard writes its own', async () => {
    const { m2m } = await setUp()
    const request = {}
    const slot = { m2m, service: null, mode: 'enforce', refusals: 'reply' } as const
    writeSlot(request, slot)
    expect(Reflect.set(request, key, { service: { id: 'root' } })).toBe(false)
    expect(slotOf(request)).toEqual(slot)
    writeSlot(request, { ...slot, refusals: 'throw' })
    expect(slotOf(request)?.refusals).toBe('throw')
  })

  it('put back from a copy, it does not come again: a refusal stays one', async () => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service())
    await createGuard({ m2m, requiredScope: 's2s:internal' }).check(request)
    const saved = { ...request }
    const first = createOperationGuard('transfers:create')
    const later = createOperationGuard('transfers:read')
    const other = requestWith(await issuer.service())
    await createGuard({ m2m, requiredScope: null }).check(other)
    expect(await inShort(first(request, undefined))).toBe('403 operation_denied')
    for (const source of [saved, other]) {
      Object.assign(request, source)
      expect(slotOf(request)?.service).toBeNull()
      expect(await inShort(later(request, undefined))).toBe('403 operation_denied')
    }
  })

  it('is seen through a proxy, a refusal too', async () => {
    const { issuer, m2m } = await setUp()
    const refused = requestWith(await issuer.user())
    await createGuard({ m2m, requiredScope: null }).check(refused)
    const proxy = new Proxy(refused, {})
    const again = createGuard({ m2m, requiredScope: null })
    expect(await inShort(again.check(proxy))).toBe('403 principal_type_mismatch')
  })

  it('is never inherited', async () => {
    const { m2m } = await setUp()
    const parent = {}
    writeSlot(parent, { m2m, service: null, mode: 'enforce', refusals: 'reply' })
    expect(slotOf(Object.create(parent))).toBeUndefined()
  })

  it('another key, even of the same text, is no slot', () => {
    expect(slotOf({ 'm2m.request': {}, [Symbol('m2m.request')]: {} })).toBeUndefined()
  })
})

describe('while a check is awaited nobody is admitted', () => {
  const prepare = async () => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service())
    const yes = await m2m.authenticate(request)
    const no = await m2m.authenticate(requestWith(undefined))
    const leave = (check: () => Verdict | Promise<Verdict>) =>
      leaveVerdict(request, { m2m, mode: 'enforce', refusals: 'reply' }, check)
    return { request, yes, no, leave }
  }
  const later = () => {
    let settle: (verdict: Verdict) => void = () => undefined
    const promise = new Promise<Verdict>((resolve) => {
      settle = resolve
    })
    return { promise, settle }
  }

  it('not even whom an outer guard had admitted', async () => {
    const { request, yes, leave } = await prepare()
    await leave(() => yes)
    expect(serviceOf(request).id).toBe('billing')
    const pending = later()
    const outcome = leave(() => pending.promise)
    expect(() => serviceOf(request)).toThrow('Authorization failed unexpectedly')
    pending.settle(yes)
    expect(await inShort(outcome)).toBe('admitted')
    expect(serviceOf(request).id).toBe('billing')
  })

  it('a late yes opens nothing that was closed meanwhile', async () => {
    const { request, yes, no, leave } = await prepare()
    const [first, second] = [later(), later()]
    const outcomes = [leave(() => first.promise), leave(() => second.promise)]
    second.settle(no)
    expect(await inShort(outcomes[1] as Promise<Verdict>)).toBe('401 credentials_missing')
    first.settle(yes)
    expect(await inShort(outcomes[0] as Promise<Verdict>)).toBe('401 credentials_missing')
    expect(slotOf(request)).toMatchObject({ service: null, refusal: no })
  })

  it('a check that rejects leaves the request closed', async () => {
    const { request, leave } = await prepare()
    await expect(leave(() => Promise.reject(new Error('x')))).rejects.toThrow('x')
    expect(slotOf(request)?.refusal?.code).toBe('authorization_failed')
  })
})
