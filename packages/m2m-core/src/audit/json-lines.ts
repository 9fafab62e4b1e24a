import type { Writable } from 'node:stream'
import type { AuditRecord } from './audit-record.js'
import type { AuditSink, Notice } from './audit-sink.js'
import { createLineWriter } from './line-writer.js'
import { createJsonWriter } from './write-json.js'

/**
 * A sink that writes each record and notice as one line of JSON, admitted calls included; those of one
 * turn of the event loop in one write. A stream that fails or stalls costs records, never requests.
 * Listens to the stream's `error` event, so that a broken stream no longer ends the process.
 */
export const jsonLines = (stream: Writable): AuditSink => {
  const writeLine = createLineWriter(stream)
  const writeJson = createJsonWriter(isShared)
  const write = (value: AuditRecord | Notice) => writeLine(writeJson(value))
  return Object.freeze({ write, notice: write })
}

/** What is the same object in all records of a token, and frozen. */
const isShared = (name: string, value: object): boolean =>
  name === 'service' && Object.isFrozen(value)
