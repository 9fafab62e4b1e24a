import type { Writable } from 'node:stream'

/** Writes one line; settles when the stream has taken it. A broken stream rejects, never throws. */
export const writeLine = (stream: Writable, line: string): Promise<void> =>
  new Promise((resolve, reject) => {
    // Without a listener a broken stream would end the process.
    const ignore = (): void => undefined
    stream.once('error', ignore)
    stream.write(`${line}\n`, (fault) => {
      // The 'error' event of a failed write follows its callback.
      setImmediate(() => stream.removeListener('error', ignore))
      if (fault) reject(fault)
      else resolve()
    })
  })
