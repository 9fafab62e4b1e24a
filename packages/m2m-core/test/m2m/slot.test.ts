import { describe, expect, it } from 'vitest'
import { leaveVerdict, serviceOf, slotOf, writeSlot } from '../../src/m2m/slot.js'
import type { Verdict } from '../../src/pipeline/verdict.js'
import { inShort, requestWith, setUp } from './fixture.js'

const key = Symbol.for('m2m.request')

describe('the slot: one object under Symbol.for("m2m.request")', () => {
  it('is written and read back, frozen, and not part of what is logged', async () => {
    const { m2m } = await setUp()
    const request = { headers: {} }
    const slot = { request, m2m, service: null, mode: 'enforce', refusals: 'reply' } as const
    writeSlot(slot)
    expect(slotOf(request)).toBe(slot)
    expect(Object.isFrozen(slotOf(request))).toBe(true)
    expect(Reflect.get(request, key)).toBe(slotOf(request))
    expect(JSON.stringify(request)).toBe('{"headers":{}}')
    expect(Object.keys(request)).toEqual(['headers'])
  })

  it('is of the request that was looked at: copies and heirs have none', async () => {
    const { m2m } = await setUp()
    const request = { headers: {} }
    writeSlot({ request, m2m, service: null, mode: 'enforce', refusals: 'reply' })
    const others = [{ ...request }, Object.assign({}, request), Object.create(request)]
    for (const other of others) {
      expect(Reflect.get(other, key)).toBeDefined()
      expect(slotOf(other)).toBeUndefined()
    }
    expect(slotOf(request)).toBeDefined()
  })

  it('is written over by an inner guard', async () => {
    const { m2m } = await setUp()
    const request = {}
    const slot = { request, m2m, service: null, mode: 'enforce', refusals: 'reply' } as const
    writeSlot(slot)
    writeSlot({ ...slot, refusals: 'throw' })
    expect(slotOf(request)?.refusals).toBe('throw')
  })

  it.each([null, 7, 'x', {}, { request: {} }, { service: { id: 'root' } }])(
    'what stands there and was not written for the request is none: %j',
    (value) => {
      expect(slotOf({ [key]: value })).toBeUndefined()
    },
  )

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
