import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lowestOf, type NamedLimit } from '../../src/quota/budget.js'

const perMinute = (limit: number, burst?: number) => ({
  limit,
  window: 60,
  ...(burst !== undefined && { burst }),
})

describe('lowestOf: each limit only lowers the one before', () => {
  it('nobody names one: no budget', () => {
    expect(
      lowestOf([
        ['tier', undefined],
        ['token', undefined],
      ]),
    ).toBeUndefined()
  })

  it.each<[string, readonly NamedLimit[], Record<string, unknown>]>([
    ['a tier alone', [['tier', perMinute(100)]], { limit: 100, burst: 100, source: 'tier' }],
    [
      'a token below its tier',
      [
        ['tier', perMinute(100)],
        ['token', perMinute(10)],
      ],
      { limit: 10, burst: 10, source: 'token' },
    ],
    [
      'a token above its tier gets the tier, and what it states is kept for the record',
      [
        ['tier', perMinute(100)],
        ['token', perMinute(5000)],
      ],
      { limit: 100, burst: 100, source: 'tier', claimed: perMinute(5000) },
    ],
    [
      'a token states as many in a shorter window: that is more too',
      [
        ['tier', perMinute(100)],
        ['token', { limit: 100, window: 1 }],
      ],
      { limit: 100, burst: 100, source: 'tier', claimed: { limit: 100, window: 1 } },
    ],
    [
      'a registration between both',
      [
        ['tier', perMinute(100)],
        ['service', perMinute(50)],
        ['token', perMinute(70)],
      ],
      { limit: 50, burst: 50, source: 'service', claimed: perMinute(70) },
    ],
    [
      'a token states 0: nothing',
      [
        ['tier', perMinute(100)],
        ['token', perMinute(0)],
      ],
      { limit: 0, burst: 0, source: 'token' },
    ],
    [
      'a tier of 0 stays nothing, whatever a token states',
      [
        ['tier', perMinute(0)],
        ['token', perMinute(1_000_000)],
      ],
      { limit: 0, burst: 0, source: 'tier', claimed: perMinute(1_000_000) },
    ],
    [
      'a token asks for a larger burst',
      [
        ['tier', perMinute(100, 5)],
        ['token', perMinute(50, 50)],
      ],
      { limit: 50, burst: 5, source: 'token', claimed: perMinute(50, 50) },
    ],
    [
      'a token asks for a smaller burst',
      [
        ['tier', perMinute(100)],
        ['token', perMinute(100, 3)],
      ],
      { limit: 100, burst: 3, source: 'token' },
    ],
    [
      'other windows: the slower one counts, with the smaller burst',
      [
        ['tier', { limit: 10, window: 1 }],
        ['token', perMinute(300)],
      ],
      { limit: 300, burst: 10, source: 'token', claimed: perMinute(300) },
    ],
    [
      'the token alone',
      [
        ['tier', undefined],
        ['service', undefined],
        ['token', perMinute(10)],
      ],
      { limit: 10, burst: 10, source: 'token' },
    ],
  ])('%s', (_what, limits, { limit, burst, ...expected }) => {
    const lowest = lowestOf(limits)
    expect(lowest).toEqual({ rate: expect.objectContaining({ limit, burst }), ...expected })
  })

  it('law: no limit that is added ever raises rate or burst', () => {
    const limit = fc.record(
      {
        limit: fc.double({ min: 0, max: 1e6, noNaN: true }),
        window: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
        burst: fc.nat(1000),
      },
      { requiredKeys: ['limit', 'window'] },
    )
    const named = fc.tuple(
      fc.constantFrom('tier', 'service', 'token'),
      fc.option(limit, { nil: undefined }),
    )
    fc.assert(
      fc.property(fc.array(named), named, (before, added) => {
        const [less, more] = [
          lowestOf(before as NamedLimit[]),
          lowestOf([...before, added] as NamedLimit[]),
        ]
        if (!less) return
        if (!more) throw new Error('expected a limit to stay')
        expect(more.rate.limit / more.rate.window).toBeLessThanOrEqual(
          less.rate.limit / less.rate.window,
        )
        expect(more.rate.burst).toBeLessThanOrEqual(less.rate.burst)
      }),
    )
  })
})
