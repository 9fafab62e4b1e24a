import { describe, expect, it } from 'vitest'
import { createTimestamp } from '../../src/clock/timestamp.js'

describe('the time of records', () => {
  it('is that of the wall clock each time, ISO 8601 in UTC', () => {
    let now = 0
    const timestamp = createTimestamp({ now: () => now, monotonic: () => 0 })
    for (const [at, text] of [
      [0, '1970-01-01T00:00:00.000Z'],
      [0, '1970-01-01T00:00:00.000Z'],
      [1, '1970-01-01T00:00:00.001Z'],
      [0, '1970-01-01T00:00:00.000Z'],
      [1_700_000_000_123, '2023-11-14T22:13:20.123Z'],
    ] as const) {
      now = at
      expect(timestamp()).toBe(text)
    }
  })
})
