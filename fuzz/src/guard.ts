import { type AuditSink, createM2M, loggerSink, type M2M } from 'm2m-core'
import type { GuardOptions } from './target.js'

/** Makes the guard under test; `logged` gets every line, in the format that goes to stderr. */
export const createGuard = (
  { issuers, now }: GuardOptions,
  logged: (line: string) => void,
): M2M => {
  const take = (_fields: object, line: string): void => logged(line)
  const sinks: readonly AuditSink[] = [loggerSink({ info: take, warn: take })]
  const clock = { now: () => now ?? Date.now(), monotonic: () => performance.now() }
  const audit = { sinks, unauthenticatedPerSecond: 1_000_000 }
  return createM2M({ issuers, clock, audit })
}
