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
    service && `service=${service.id}`,
    operation && `op=${operation}`,
    `request=${record.requestId}`,
  ]
  const headline = words.filter((word) => word !== undefined).join(' ')
  return message === undefined ? headline : `${headline}: ${message}`
}
