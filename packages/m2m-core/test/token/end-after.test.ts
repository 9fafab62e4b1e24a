import { describe, expect, it } from 'vitest'
import { endAfter } from '../../src/token/end-after.js'

const never = new AbortController().signal
const long = 600_000
const forever = (): Promise<never> => new Promise(() => undefined)

describe('endAfter: what it lets through', () => {
  it('what the work gives, be it a value or a fault', async () => {
    await expect(endAfter(long, never, async () => 7)).resolves.toBe(7)
    const fault = new Error('refused')
    await expect(endAfter(long, never, () => Promise.reject(fault))).rejects.toBe(fault)
  })
})

describe('endAfter: what ends it', () => {
  it('the time, even for work that ignores its signal', async () => {
    const ending = endAfter(1, never, forever)
    await expect(ending).rejects.toThrow('timed out, the limit is 1 ms')
    await expect(ending).rejects.toHaveProperty('name', 'TimeoutError')
  })

  it('the time, of which the work is told', async () => {
    let told: unknown
    const ending = endAfter(1, never, (signal) => {
      signal.addEventListener('abort', () => {
        told = signal.reason
      })
      return forever()
    })
    const fault: unknown = await ending.catch((reason: unknown) => reason)
    expect(told).toBe(fault)
  })

  it('the outer signal, of which the work is told, too', async () => {
    const outer = new AbortController()
    const closed = new Error('closed')
    let own: AbortSignal | undefined
    const ending = endAfter(long, outer.signal, (signal) => {
      own = signal
      return forever()
    })
    outer.abort(closed)
    await expect(ending).rejects.toBe(closed)
    expect(own?.reason).toBe(closed)
  })

  it('an outer signal that fired before: the work does not even begin', async () => {
    const outer = new AbortController()
    const closed = new Error('closed')
    outer.abort(closed)
    let isBegun = false
    const ending = endAfter(long, outer.signal, async () => {
      isBegun = true
    })
    await expect(ending).rejects.toBe(closed)
    expect(isBegun).toBe(false)
  })
})

describe('endAfter: what it leaves behind', () => {
  it('nothing that the outer signal would still reach', async () => {
    const outer = new AbortController()
    let own: AbortSignal | undefined
    await endAfter(long, outer.signal, async (signal) => {
      own = signal
    })
    outer.abort()
    expect(own?.aborted).toBe(false)
  })
})
