import type { Clock } from './clock.js'

/** Spares a dependency that keeps failing, and its callers the wait. */
export interface CircuitBreaker {
  /** A pass for one call, to be settled once it is known how it went; else what to wait, in ms. */
  admit(): Pass | number
}

/** The right to make one call. */
export interface Pass {
  /** Whether it is for the one call that tries again after a pause. */
  readonly isTrial: boolean
  settle(isGood: boolean): void
}

const mostFailures = 5
const usualPauses = { shortest: 1000, longest: 30_000 }

/**
 * Opens after five failures in a row. After the shortest pause one call may try again; when that fails
 * too, the pause doubles, up to the longest. Both in milliseconds.
 */
export const createCircuitBreaker = (
  clock: Clock,
  announce: (state: 'open' | 'closed') => void,
  { shortest, longest } = usualPauses,
): CircuitBreaker => {
  let failures = 0
  let pause = shortest
  let openUntil: number | undefined
  let isTrying = false

  const open = (): void => {
    openUntil = clock.monotonic() + pause
  }
  const usual: Pass = {
    isTrial: false,
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
    isTrial: true,
    settle: (isGood) => {
      isTrying = false
      pause = isGood ? shortest : Math.min(pause * 2, longest)
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
      if (isTrying) return shortest
      isTrying = true
      return trial
    },
  })
}
