/** Of how many the time is made up, at most. */
const parts = 5

/**
 * Waits for work no longer than this; the signal tells the work that nobody waits any more. What it
 * comes to after that is dropped. Time in which this process itself was too busy to listen is not
 * held against the work: the wait is counted in parts, and what came in is read before each.
 *
 * @throws Error when time is up, else what the work throws
 */
export const within = async <T>(
  milliseconds: number,
  work: (signal: AbortSignal) => T | PromiseLike<T>,
): Promise<T> => {
  const controller = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    const giveUp = (): void => reject(new Error(`no answer within ${milliseconds} ms`))
    // Whole milliseconds: timers drop fractions.
    const part = Math.ceil(milliseconds / parts)
    const wait = (left: number): void => {
      timer = setTimeout(
        () => {
          // A process that was busy looks at its timers first: what has come meanwhile is read after them.
          if (left > part) wait(left - part)
          else setImmediate(giveUp)
        },
        Math.min(part, left),
      )
    }
    wait(milliseconds)
  })
  try {
    return await Promise.race([work(controller.signal), late])
  } finally {
    clearTimeout(timer)
    controller.abort()
  }
}
