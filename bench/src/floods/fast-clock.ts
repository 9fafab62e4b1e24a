import type { Clock } from 'm2m-core'

/** A clock that runs faster than time does. */
export interface FastClock extends Clock {
  /** Jumps forward by this many milliseconds. */
  skip(milliseconds: number): void
}

/** Starts a clock whose two hands go `speed` times as fast as the machine's. */
export const createFastClock = (speed: number): FastClock => {
  const startedAt = performance.now()
  const startedOn = Date.now()
  let skipped = 0
  const monotonic = (): number => (performance.now() - startedAt) * speed + skipped
  return {
    now: () => startedOn + monotonic(),
    monotonic,
    skip: (milliseconds) => {
      skipped += milliseconds
    },
  }
}
