import { printable } from '../errors/quote.js'
import type { AuditRecord } from './audit-record.js'

/** A record as one line for people: what happened, to whom, where, and what to do about it. */
export const describeRecord = (record: AuditRecord): string => {
  const { outcome, status, code, cause, method, path, service, operation, message } = record
  const words = [
    `m2m ${outcome}`,
    status === undefined ? undefined : String(status),
    code,
    cause && `(${cause})`,
    method,
    path,
    service && `service=${word(service.id)}`,
    operation && `op=${word(operation)}`,
    `request=${record.requestId}`,
  ]
  const headline = words.filter((word) => word !== undefined).join(' ')
  return message === undefined ? headline : `${headline}: ${message}`
}

/** A name as it is, or in quotes where it could pass for more than one word of the line. */
const word = (name: string): string =>
  /^[\w.:@/-]+$/.test(name) ? name : JSON.stringify(printable(name, 256))
