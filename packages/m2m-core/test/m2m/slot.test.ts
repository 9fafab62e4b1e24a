import { describe, expect, it } from 'vitest'
import { slotOf, writeSlot } from '../../src/m2m/slot.js'
import { setUp } from './fixture.js'

const key = Symbol.for('m2m.request')

describe('the slot (design §3): one object under Symbol.for("m2m.request")', () => {
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
