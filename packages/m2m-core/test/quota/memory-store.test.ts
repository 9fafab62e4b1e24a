import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../../src/quota/memory-store.js'
import { createManualClock } from '../token/manual-clock.js'

const rate = { limit: 2, window: 10, burst: 2 }
const charge = (store: ReturnType<typeof createMemoryStore>, key: string, cost = 1) => {
  const answer = store.charge(key, rate, cost)
  if (answer instanceof Promise) throw new Error('expected a plain value')
  return answer
}

describe('the store of this process', () => {
  it('counts by key, and gives back with time', () => {
    const clock = createManualClock()
    const store = createMemoryStore(clock)
    expect([1, 2, 3].map(() => charge(store, 'a').allowed)).toEqual([true, true, false])
    expect(charge(store, 'b')).toMatchObject({ allowed: true, remaining: 1 })
    clock.advance(5000)
    expect([1, 2].map(() => charge(store, 'a').allowed)).toEqual([true, false])
  })

  it('a wall clock that steps changes nothing', () => {
    const clock = createManualClock()
    const store = createMemoryStore(clock)
    charge(store, 'a', 2)
    clock.step(86_400_000)
    expect(charge(store, 'a').allowed).toBe(false)
    clock.step(-2 * 86_400_000)
    clock.advance(5000)
    expect(charge(store, 'a').allowed).toBe(true)
  })

  it('keeps 10 000 keys, those that are asked for last', () => {
    const store = createMemoryStore(createManualClock())
    charge(store, 'refused', 2)
    for (let count = 0; count < 30_000; count += 1) {
      charge(store, `other ${count}`)
      if (count % 5000 === 0) expect(charge(store, 'refused').allowed).toBe(false)
    }
    expect(charge(store, 'other 0').remaining).toBe(1)
    expect(charge(store, 'other 29999').remaining).toBe(0)
  })

  it('row 21: names of prototypes are keys like others', () => {
    const store = createMemoryStore(createManualClock())
    for (const key of ['__proto__', 'constructor', 'toString']) {
      expect([1, 2, 3].map(() => charge(store, key).allowed)).toEqual([true, true, false])
    }
  })
})
