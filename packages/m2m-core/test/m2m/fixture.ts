import { createTestIssuer } from 'm2m-testkit'
import type { AuditRecord } from '../../src/audit/audit-record.js'
import type { Notice } from '../../src/audit/audit-sink.js'
import {
  ConfigurationError,
  type ConfigurationProblem,
} from '../../src/errors/configuration-error.js'
import type { M2MRequest } from '../../src/http/request.js'
import { createM2M } from '../../src/m2m/create-m2m.js'
import type { M2MOptions } from '../../src/options/options.js'
import type { Verdict } from '../../src/pipeline/verdict.js'

/** A sink that keeps what it is given. */
export const memorySink = () => {
  const records: AuditRecord[] = []
  const notices: Notice[] = []
  return {
    records,
    notices,
    write: (record: AuditRecord) => void records.push(record),
    notice: (notice: Notice) => void notices.push(notice),
  }
}

/** A test issuer under a name, and an M2M that accepts its tokens. */
export const setUp = async (name = 'issuer', options: Partial<M2MOptions> = {}) => {
  const issuer = await createTestIssuer({ issuer: `https://${name}.test` })
  const sink = memorySink()
  const audit = { sinks: [sink], unauthenticatedPerSecond: 1_000_000 }
  const m2m = createM2M({ ...issuer.asOptions(), audit, ...options })
  return { issuer, m2m, sink, records: sink.records }
}

/** Node's own request, as far as the line reads it. */
export const requestWith = (token?: string): M2MRequest & Record<string, unknown> => ({
  method: 'POST',
  url: '/internal/transfers',
  headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
})

/** `admitted`, or the status and code of the refusal. */
export const inShort = async (pending: Verdict | Promise<Verdict>): Promise<string> => {
  const verdict = await pending
  return verdict.admitted ? 'admitted' : `${verdict.reply.status} ${verdict.code}`
}

/** The problems of the ConfigurationError that `create` throws. */
export const problemsOf = (create: () => unknown): readonly ConfigurationProblem[] => {
  try {
    create()
  } catch (fault) {
    if (fault instanceof ConfigurationError) return fault.problems
    throw fault
  }
  throw new Error('expected a ConfigurationError')
}
