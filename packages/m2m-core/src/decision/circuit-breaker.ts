import type { Clock } from '../clock/clock.js'

/** Spares a dependency that keeps failing, and its callers the wait. */
export interface CircuitBreaker {
  /** A pass for one call, to be settled once it is known how it went; else what to wait, in ms. */
  admit(): Pass | number
}

/** The right to make one call. */
export interface Pass {
  settle(isGood: boolean): void
}

const mostFailures = 5
const shortestPause = 1000
const longestPause = 30_000

/**
 * Opens after five failures in a row. A second later one call may try again; when that fails too, the
 * pause doubles, up to 30 s.
 */
export const createCircuitBreaker = (
  clock: Clock,
  announce: (state: 'open' | 'closed') => void,
): CircuitBreaker => {
  let failures = 0
  let pause = shortestPause
  let openUntil: number | undefined
  let isTrying = false

  const open = (): void => {
    openUntil = clock.monotonic() + pause
  }
  const usual: Pass = {
    settle: (isGood) => {
      // Calls that were made before it opened say nothing of how things are now.
      if (openUntil !== undefined) return
      failures = isGood ? 0 : failures + 1
      if (failures < mostFailures) return
      open()
      announce('open')
    },
  }
  const trial: Pass = {
    settle: (isGood) => {
      isTrying = false
      pause = isGood ? shortestPause : Math.min(pause * 2, longestPause)
      if (!isGood) return open()
      failures = 0
      openUntil = undefined
      announce('closed')
    },
  }
  return Object.freeze({
    admit: () => {
      if (openUntil === undefined) return usual
      const left = openUntil - clock.monotonic()
      // Not "left > 0": a clock that has no answer must not let everybody try.
      if (!(left <= 0)) return left > 0 ? left : pause
      if (isTrying) return shortestPause
      isTrying = true
      return trial
    },
  })
}
