import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { within } from '../../src/clock/within.js'

const busyFor = (milliseconds: number): void => {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

describe('within', () => {
  it('an answer that came in time counts, however late a busy process gets to read it', async () => {
    const answered = within(20, () => promisify(randomBytes)(16))
    // By its end the answer has long been there, and the time is over as well.
    busyFor(200)
    await expect(answered).resolves.toHaveLength(16)
  })

  it.each([1, 9, 24, 50])('waits %d ms, though timers drop fractions', async (milliseconds) => {
    const timers = vi.spyOn(globalThis, 'setTimeout')
    onTestFinished(() => timers.mockRestore())
    await expect(within(milliseconds, () => new Promise(() => {}))).rejects.toThrow('no answer')
    const waits = timers.mock.calls.map(([, wait = 0]) => Math.max(1, Math.trunc(wait)))
    expect(waits.reduce((sum, wait) => sum + wait, 0)).toBe(milliseconds)
  })

  it('gives up what has no answer, and tells the work', async () => {
    let signal: AbortSignal | undefined
    const answered = within(5, (given) => {
      signal = given
      return new Promise(() => {})
    })
    await expect(answered).rejects.toThrow('no answer within 5 ms')
    expect(signal?.aborted).toBe(true)
  })
})
