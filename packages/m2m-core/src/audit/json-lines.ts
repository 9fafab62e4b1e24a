import type { Writable } from 'node:stream'
import type { AuditRecord } from './audit-record.js'
import type { AuditSink, Notice } from './audit-sink.js'
import { createLineWriter } from './line-writer.js'

/**
 * A sink that writes each record and notice as one line of JSON, admitted calls included; those of one
 * turn of the event loop in one write. A stream that fails or stalls costs records, never requests.
 * Listens to the stream's `error` event, so that a broken stream no longer ends the process.
 */
export const jsonLines = (stream: Writable): AuditSink => {
  const writeLine = createLineWriter(stream)
  const write = (value: AuditRecord | Notice) => writeLine(JSON.stringify(value))
  return Object.freeze({ write, notice: write })
}
