import type { Clock } from '../../src/clock/clock.js'

/** A clock that stands still until it is turned. */
export interface ManualClock extends Clock {
  /** Turns both hands forward. */
  advance(milliseconds: number): void
  /** Steps the wall clock only, as an NTP correction does. */
  step(milliseconds: number): void
}

/** Makes a clock that shows a fixed moment. */
export const createManualClock = (start = 1_800_000_000_000): ManualClock => {
  let now = start
  let monotonic = 0
  return {
    now: () => now,
    monotonic: () => monotonic,
    advance: (milliseconds) => {
      now += milliseconds
      monotonic += milliseconds
    },
    step: (milliseconds) => {
      now += milliseconds
    },
  }
}
