import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chargeAt } from '../../src/quota/gcra.js'
import type { QuotaRate } from '../../src/quota/quota-store.js'

const rate: fc.Arbitrary<QuotaRate> = fc.record({
  limit: fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0.1, max: 50, noNaN: true })),
  window: fc.oneof(
    fc.integer({ min: 1, max: 3600 }),
    fc.double({ min: 0.01, max: 5, noNaN: true }),
  ),
  burst: fc.integer({ min: 1, max: 200 }),
})
/** Waits in milliseconds, most of them short, and what is asked for then. */
const calls = fc.array(
  fc.record({
    wait: fc.oneof(
      fc.constant(0),
      fc.integer({ max: 50, min: 0 }),
      fc.integer({ max: 60_000, min: 0 }),
    ),
    cost: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 20 })),
  }),
  { maxLength: 200 },
)
const intervalOf = ({ limit, window }: QuotaRate): number => (window * 1000) / limit

describe('laws of chargeAt', () => {
  it('in any stretch of time no more than the burst and what comes back meanwhile', () => {
    fc.assert(
      fc.property(rate, calls, (limits, asked) => {
        let now = 1000
        let freeAt = 0
        const taken: { readonly at: number; readonly cost: number }[] = []
        for (const { wait, cost } of asked) {
          now += wait
          const charged = chargeAt(freeAt, now, limits, cost)
          freeAt = charged.freeAt
          if (charged.allowed) taken.push({ at: now, cost })
        }
        for (const [index, first] of taken.entries()) {
          let sum = 0
          for (const { at, cost } of taken.slice(index)) {
            sum += cost
            const most = limits.burst + (at - first.at) / intervalOf(limits)
            expect(sum).toBeLessThanOrEqual(most + 0.01)
          }
        }
      }),
    )
  })

  it('a call is refused only when it would be too much: whoever stays within the rate never is', () => {
    fc.assert(
      fc.property(rate, fc.integer({ min: 1, max: 300 }), (limits, count) => {
        let freeAt = 0
        for (let call = 0; call < count; call += 1) {
          const charged = chargeAt(freeAt, 1000 + call * intervalOf(limits), limits, 1)
          expect(charged.allowed).toBe(true)
          freeAt = charged.freeAt
        }
      }),
    )
  })

  it('a lower limit or burst never lets through what a higher one does not', () => {
    fc.assert(
      fc.property(rate, rate, calls, (one, other, asked) => {
        const slower = one.limit / one.window <= other.limit / other.window ? one : other
        const lower = { ...slower, burst: Math.min(one.burst, other.burst) }
        const sum = (limits: QuotaRate): number => {
          let now = 1000
          let freeAt = 0
          let total = 0
          for (const { wait } of asked) {
            now += wait
            const charged = chargeAt(freeAt, now, limits, 1)
            freeAt = charged.freeAt
            total += Number(charged.allowed)
          }
          return total
        }
        expect(sum(lower)).toBeLessThanOrEqual(Math.min(sum(one), sum(other)))
      }),
    )
  })

  it('tokens with other limits of one service, one after another, gain nothing', () => {
    fc.assert(
      fc.property(
        rate,
        rate,
        calls,
        fc.infiniteStream(fc.boolean()),
        (one, other, asked, turns) => {
          let now = 1000
          let freeAt = 0
          let total = 0
          let spent = 0
          for (const { wait } of asked) {
            now += wait
            const limits = turns.next().value ? one : other
            const charged = chargeAt(freeAt, now, limits, 1)
            freeAt = charged.freeAt
            if (!charged.allowed) continue
            total += 1
            spent += intervalOf(limits)
          }
          // What was taken, in time: never more than has gone by, and the larger of both bursts.
          const ahead = Math.max(one.burst * intervalOf(one), other.burst * intervalOf(other))
          expect(spent).toBeLessThanOrEqual(now - 1000 + ahead * 1.01 + 1)
          expect(total).toBeGreaterThanOrEqual(Math.min(asked.length, 1))
        },
      ),
    )
  })
})
