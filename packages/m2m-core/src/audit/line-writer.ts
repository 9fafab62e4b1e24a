import type { Writable } from 'node:stream'
import { writeLine } from './write-line.js'

/** Milliseconds between two writes. */
const pause = 2
/** Characters that are written at once, however early. */
const mostWaiting = 65_536

/**
 * Writes lines to a stream: what comes after a pause at the end of the turn, what comes less than 2 ms
 * after a write together. Each write by itself would take longer than all else about a call. Lines that
 * are written together share the promise that settles when the stream has taken them. What waits when
 * the process exits is given to the stream then.
 */
export const createLineWriter = (stream: Writable): ((line: string) => Promise<void>) => {
  let waiting: Waiting | undefined
  let pausing: NodeJS.Timeout | undefined
  const flush = (): void => {
    if (waiting === undefined) return
    const { text, settle } = waiting
    waiting = undefined
    process.removeListener('exit', flush)
    pausing ??= setTimeout(endPause, pause)
    settle(writeLine(stream, text))
  }
  const endPause = (): void => {
    pausing = undefined
    flush()
  }
  const wait = (text: string): Waiting => {
    let settle: Waiting['settle'] = () => undefined
    const written = new Promise<void>((resolve) => {
      settle = resolve
    })
    process.on('exit', flush)
    if (pausing === undefined) setImmediate(flush)
    return { text, written, settle }
  }
  return (line) => {
    if (waiting === undefined) waiting = wait(line)
    else waiting.text += `\n${line}`
    const { written } = waiting
    if (waiting.text.length > mostWaiting) flush()
    return written
  }
}

interface Waiting {
  text: string
  readonly written: Promise<void>
  readonly settle: (written: Promise<void>) => void
}
