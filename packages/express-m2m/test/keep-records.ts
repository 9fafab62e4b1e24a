import type { AuditRecord } from '../src/index.js'

/** Audit options that keep every record, for tests that count them. */
export const keepRecords = () => {
  const records: AuditRecord[] = []
  const sinks = [{ write: (record: AuditRecord) => void records.push(record) }]
  return {
    audit: { sinks },
    /** Each as "stage outcome", with its cause if it has one. */
    told: (): readonly string[] =>
      records.map(({ stage, outcome, cause }) => `${stage} ${outcome}${cause ? ` ${cause}` : ''}`),
  }
}
