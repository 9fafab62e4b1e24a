/** What is read of an audit record here; see `AuditRecord` of the adapter. */
export interface StoredRecord {
  readonly requestId: string
  readonly outcome: string
  readonly cause?: string
  readonly layers?: readonly { readonly layer: string; readonly answer: string }[]
}

/** The log of an API: one line of JSON after the other, some of which hold an audit record. */
export interface Log {
  write(line: string): void
  /** The last record of a request, and the sentence that the log has for it. */
  lastOf(
    requestId: string,
  ): { readonly record: StoredRecord; readonly sentence: string } | undefined
}

/** Starts a log that is kept in memory. */
export const keepLog = (): Log => {
  const lines: { readonly m2m?: StoredRecord; readonly msg: string }[] = []
  return {
    write: (line) => lines.push(JSON.parse(line)),
    lastOf(requestId) {
      const line = lines.findLast(({ m2m }) => m2m?.requestId === requestId)
      return line?.m2m && { record: line.m2m, sentence: line.msg }
    },
  }
}

/** A record in a word or two: that it admitted, or which layer forbade, or else the cause. */
export const inShort = ({ outcome, cause, layers = [] }: StoredRecord): string => {
  if (outcome === 'admitted') return outcome
  const forbidding = layers.filter(({ answer }) => answer === 'forbid')
  return forbidding.map(({ layer }) => `${layer} forbids`).join(', ') || `${cause}`
}
