import { Writable } from 'node:stream'
import type { AuditRecord } from '../../src/audit/audit-record.js'
import type { AuditSink, Notice } from '../../src/audit/audit-sink.js'

/** A clock that only moves by hand. */
export const manualClock = () => {
  let elapsed = 0
  return {
    now: () => 1_800_000_000_000 + elapsed,
    monotonic: () => elapsed,
    advance: (milliseconds: number) => {
      elapsed += milliseconds
    },
  }
}

/** A refusal before any token was verified. */
export const refusal: AuditRecord = Object.freeze({
  time: '2027-01-15T08:00:00.000Z',
  requestId: 'r-1',
  stage: 'token',
  outcome: 'refused',
  status: 401,
  code: 'invalid_token',
  cause: 'signature_invalid',
  message: 'expected a signature by the named key',
  method: 'POST',
  path: '/internal/transfers',
  durationMicros: 12,
})

const service = {
  id: 'billing',
  issuer: 'https://issuer.test',
  clientId: 'billing',
  evidence: 'sub is the client id',
}

/** The same of a verified service. */
export const denial: AuditRecord = Object.freeze({
  ...refusal,
  stage: 'decision',
  status: 403,
  code: 'operation_denied',
  cause: 'layer_forbids',
  service,
  operation: 'transfers:create',
})

export const admission: AuditRecord = Object.freeze({
  time: '2027-01-15T08:00:00.000Z',
  requestId: 'r-1',
  stage: 'decision',
  outcome: 'admitted',
  service,
  durationMicros: 3,
})

/** A sink that keeps what it is given. */
export const memorySink = (settings: Pick<AuditSink, 'admitted' | 'required'> = {}) => {
  const records: AuditRecord[] = []
  const notices: Notice[] = []
  return {
    ...settings,
    records,
    notices,
    write: (record: AuditRecord) => void records.push(record),
    notice: (notice: Notice) => void notices.push(notice),
  }
}

/** A stream that keeps what it is given. */
export const memoryStream = () => {
  const chunks: string[] = []
  const stream = new Writable({
    write: (chunk, _encoding, done) => {
      chunks.push(String(chunk))
      done()
    },
  })
  return { stream, text: () => chunks.join('') }
}

/** Runs what the event loop has still to do. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
