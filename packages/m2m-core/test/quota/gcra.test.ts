import { describe, expect, it } from 'vitest'
import { chargeAt } from '../../src/quota/gcra.js'

const tenPerSecond = { limit: 10, window: 1, burst: 10 }
/** Charges one after another; the moments, in milliseconds, at which one got through. */
const passed = (moments: readonly number[], rate = tenPerSecond, cost = 1): readonly number[] => {
  let freeAt = 0
  return moments.filter((now) => {
    const charged = chargeAt(freeAt, now, rate, cost)
    freeAt = charged.freeAt
    return charged.allowed
  })
}
const often = (from: number, to: number, step = 1): readonly number[] =>
  Array.from({ length: Math.floor((to - from) / step) }, (_, index) => from + index * step)

describe('chargeAt: what gets through', () => {
  it('all of the burst at once, and no more', () => {
    expect(passed(Array.from({ length: 30 }, () => 1000))).toHaveLength(10)
  })

  it('one for each interval after that', () => {
    const moments = [...Array.from({ length: 30 }, () => 1000), ...often(1000, 2001)]
    expect(passed(moments)).toHaveLength(20)
  })

  it('does not double at the edge of a window: 130 ms around one let 11 pass, not 19', () => {
    const moments = [...Array.from({ length: 10 }, () => 1935), ...often(1936, 2065)]
    expect(passed(moments)).toHaveLength(11)
  })

  it('a burst of its own: 2 at once, then as usual', () => {
    expect(passed(often(0, 1000), { limit: 10, window: 1, burst: 2 })).toHaveLength(11)
  })

  it('a cost is taken as a whole or not at all', () => {
    const moments = Array.from({ length: 10 }, () => 1000)
    expect(passed(moments, tenPerSecond, 3)).toHaveLength(3)
    const first = chargeAt(0, 1000, tenPerSecond, 8)
    const second = chargeAt(first.freeAt, 1000, tenPerSecond, 3)
    expect(second).toMatchObject({ allowed: false, remaining: 2, freeAt: first.freeAt })
  })

  it.each([
    ['a limit of 0', { limit: 0, window: 60, burst: 0 }],
    ['a burst of 0', { limit: 10, window: 60, burst: 0 }],
    ['a limit of 0 with a burst', { limit: 0, window: 60, burst: 10 }],
    ['a limit too low for an interval', { limit: 1e-310, window: 60, burst: 1 }],
  ])('%s lets nothing through, ever', (_what, rate) => {
    expect(passed(often(0, 600_000, 10_000), rate)).toEqual([])
    expect(chargeAt(0, 1000, rate, 1)).toMatchObject({
      allowed: false,
      remaining: 0,
      retryAfter: Number.POSITIVE_INFINITY,
    })
  })

  it('a cost above the burst never passes, and says so', () => {
    expect(chargeAt(0, 1000, tenPerSecond, 11)).toMatchObject({
      allowed: false,
      retryAfter: Number.POSITIVE_INFINITY,
    })
  })

  it('half a call in a window is one in two', () => {
    const rate = { limit: 0.5, window: 60, burst: 1 }
    expect(passed(often(0, 600_000, 1000), rate)).toHaveLength(5)
  })

  it.each([
    ['a clock without an answer', Number.NaN, tenPerSecond],
    ['a limit that is none', 1000, { limit: Number.NaN, window: 1, burst: 10 }],
  ])('%s lets nothing through', (_what, now, rate) => {
    expect(chargeAt(0, now, rate, 1).allowed).toBe(false)
  })

  it('more than a million a second is a million a second, not no limit', () => {
    const rate = { limit: 1e12, window: 1, burst: 10 }
    let freeAt = 0
    let allowed = 0
    for (let count = 0; count < 100; count += 1) {
      const charged = chargeAt(freeAt, 1e9, rate, 1)
      freeAt = charged.freeAt
      allowed += Number(charged.allowed)
    }
    expect(allowed).toBe(10)
  })
})

describe('chargeAt: what it tells', () => {
  it('what is left, when all is back, when to come again', () => {
    const first = chargeAt(0, 1000, tenPerSecond, 4)
    expect(first).toMatchObject({ allowed: true, remaining: 6, retryAfter: 0 })
    expect(first.resetAfter).toBeCloseTo(0.4)
    const second = chargeAt(first.freeAt, 1000, tenPerSecond, 9)
    expect(second).toMatchObject({ allowed: false, remaining: 6 })
    expect(second.retryAfter).toBeCloseTo(0.3)
  })

  it('whoever waits that long gets through', () => {
    const { freeAt } = chargeAt(0, 1000, tenPerSecond, 10)
    const { retryAfter } = chargeAt(freeAt, 1000, tenPerSecond, 1)
    expect(chargeAt(freeAt, 1000 + retryAfter * 1000, tenPerSecond, 1).allowed).toBe(true)
    expect(chargeAt(freeAt, 1000 + retryAfter * 990, tenPerSecond, 1).allowed).toBe(false)
  })

  it('sums of intervals that are no whole numbers lose no call', () => {
    for (const limit of [3, 7, 60, 97, 1000, 6000]) {
      const rate = { limit, window: 1, burst: limit }
      expect(
        passed(
          Array.from({ length: limit + 5 }, () => 123.456),
          rate,
        ),
      ).toHaveLength(limit)
    }
  })
})
