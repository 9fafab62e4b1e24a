import { setTimeout } from 'node:timers/promises'

/**
 * Sends `count` requests at an even rate over so many milliseconds, whether or not earlier ones
 * have been answered: a queue that builds up shows in the latencies instead of slowing the arrivals.
 * `send` learns when its request was due to be looked at, so that what waits for its turn counts.
 */
export const sendOpenLoop = async (
  count: number,
  milliseconds: number,
  send: (index: number, arrivedAt: number) => void,
): Promise<void> => {
  const startedAt = performance.now()
  let sent = 0
  while (sent < count) {
    const arrivedAt = performance.now()
    const due = Math.ceil(((arrivedAt - startedAt) / milliseconds) * count)
    while (sent < Math.min(due, count)) {
      send(sent, arrivedAt)
      sent += 1
    }
    await setTimeout(1)
  }
}
