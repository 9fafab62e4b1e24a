import { setImmediate } from 'node:timers/promises'
import type { Clock } from 'm2m-core'

/** Work that pauses now and then, so that whoever drives it may let others run. */
export type Steps<T> = Generator<undefined, T, undefined>

/** Requests wait for at most this long, in milliseconds, but for a single larger file. */
const longestTurn = 5

/** Does everything in one go. */
export const finish = <T>(steps: Steps<T>): T => {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** Does everything in turns of 5 ms. */
export const finishInTurns = async <T>(steps: Steps<T>, clock: Clock): Promise<T> => {
  for (;;) {
    const until = clock.monotonic() + longestTurn
    do {
      const step = steps.next()
      if (step.done) return step.value
    } while (clock.monotonic() < until)
    await setImmediate()
  }
}

const itemsPerStep = 50

/** The items one by one; now and then a pause. */
export function* forEach<T>(items: Iterable<T>, visit: (item: T) => void): Steps<void> {
  let count = 0
  for (const item of items) {
    visit(item)
    count += 1
    if (count % itemsPerStep === 0) yield
  }
}
