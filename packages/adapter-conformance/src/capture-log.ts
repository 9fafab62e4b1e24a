import { Writable } from 'node:stream'
import { type AuditSink, jsonLines, loggerSink } from 'm2m-core'

/** A log in memory. */
export interface LogCapture {
  /** For `audit.sinks` of the guard under test. */
  readonly sinks: readonly AuditSink[]
  /** Every line so far, for `ConformanceTarget.logged`. */
  logged(): readonly string[]
}

/**
 * Captures what a guard logs, in both formats in which the project writes: the readable line that
 * goes to stderr by default, and the line of JSON.
 */
export const captureLog = (): LogCapture => {
  const lines: string[] = []
  const take = (_fields: object, message: string): void => void lines.push(message)
  const stream = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      lines.push(chunk.replace(/\n$/, ''))
      done()
    },
  })
  return {
    sinks: [loggerSink({ info: take, warn: take }), jsonLines(stream)],
    logged: () => lines,
  }
}
