/** Where time comes from, so that tests turn it by hand. */
export interface Clock {
  /** Wall-clock time in milliseconds since the epoch: compared with `exp`, `nbf`, `iat`. */
  now(): number
  /** Milliseconds that only grow: ages and cool-downs, which a stepping wall clock must not bend. */
  monotonic(): number
}

/** The machine's own clocks. */
export const systemClock: Clock = Object.freeze({
  now: () => Date.now(),
  monotonic: () => performance.now(),
})
