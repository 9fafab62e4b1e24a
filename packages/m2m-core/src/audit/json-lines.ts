import type { Writable } from 'node:stream'
import type { AuditRecord } from './audit-record.js'
import type { AuditSink, Notice } from './audit-sink.js'
import { writeLine } from './write-line.js'

/**
 * A sink that writes each record and notice as one line of JSON, admitted calls included. A stream
 * that fails or stalls costs records, never requests. Listens to the stream's `error` event, so that
 * a broken stream no longer ends the process.
 */
export const jsonLines = (stream: Writable): AuditSink => {
  const write = (value: AuditRecord | Notice) => writeLine(stream, JSON.stringify(value))
  return Object.freeze({ write, notice: write })
}
