import type { Writable } from 'node:stream'

// The same function for every sink on a stream, so that it is listened to once.
const ignore = (): void => undefined

/**
 * Writes one line; settles when the stream has taken it. A stream that breaks, now or between two
 * lines, makes the promise reject and never ends the process.
 */
export const writeLine = (stream: Writable, line: string): Promise<void> => {
  if (!stream.listeners('error').includes(ignore)) stream.on('error', ignore)
  return new Promise((resolve, reject) => {
    stream.write(`${line}\n`, (fault) => (fault ? reject(fault) : resolve()))
  })
}
