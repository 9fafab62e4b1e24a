import { type AuditRecord, type AuditSink, createM2M, loggerSink, type M2M } from 'm2m-core'
import type { GuardOptions } from './target.js'

/** What a guard tells of its verdicts. */
interface Listener {
  /** Gets every line, in the format that goes to stderr. */
  logged(line: string): void
  recorded?(record: AuditRecord): void
}

/** Makes the guard under test. */
export const createGuard = (
  { issuers, now }: GuardOptions,
  { logged, recorded = () => undefined }: Listener,
): M2M => {
  const take = (_fields: object, line: string): void => logged(line)
  const sinks: readonly AuditSink[] = [loggerSink({ info: take, warn: take }), { write: recorded }]
  const clock = { now: () => now ?? Date.now(), monotonic: () => performance.now() }
  const audit = { sinks, unauthenticatedPerSecond: 1_000_000 }
  return createM2M({ issuers, clock, audit })
}
