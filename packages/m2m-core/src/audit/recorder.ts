import type { Clock } from '../clock/clock.js'
import { printable } from '../errors/quote.js'
import type { AuditRecord } from './audit-record.js'
import type { AuditSink, Notice } from './audit-sink.js'

/** How much is written at most. */
export interface RecorderLimits {
  /** Records without a verified service written per second; the rest is counted. */
  readonly unauthenticatedPerSecond: number
  /**
   * Records that a slow sink may owe before further ones are dropped: of each service, and of all
   * callers without a verified one together.
   */
  readonly mostPending: number
  /** Milliseconds that a call waits for a required sink, and closing for all sinks. */
  readonly requiredTimeout: number
}

/** Gives each record to every sink. */
export interface Recorder {
  /** Whether any sink wants admitted calls, so that none are described in vain. */
  readonly wantsAdmitted: boolean
  /**
   * Whether another record without a verified service fits into this second; counts it if not.
   * Asked before such a record is even made, so that a flood costs next to nothing.
   */
  admitsUnauthenticated(): boolean
  /** A promise only when a required sink is still writing; it rejects when that fails. */
  write(record: AuditRecord): undefined | Promise<void>
  notice(level: Notice['level'], event: string, message: string): void
  /** Settles when all that was accepted is written or has failed, or took too long. */
  flush(): Promise<void>
}

const announceEvery = 10_000

/** A sink, and how many records of each lane it still owes. */
interface Outlet {
  readonly sink: AuditSink
  readonly owed: Map<string, number>
}

/**
 * Separates verdicts from the fate of their records: a sink that throws, rejects or hangs changes
 * nothing unless it is required, and what had to be dropped is counted and announced. Each verified
 * service has a lane of its own, so that a flood of one, or of strangers, displaces no other's.
 */
export const createRecorder = (
  sinks: readonly AuditSink[],
  limits: RecorderLimits,
  clock: Clock,
): Recorder => {
  const pending = new Set<Promise<unknown>>()
  const outlets = sinks.map((sink): Outlet => ({ sink, owed: new Map() }))
  const laneOf = createLanes()
  let second = { begins: Number.NEGATIVE_INFINITY, count: 0 }
  let dropped = 0
  let announcedAt = Number.NEGATIVE_INFINITY

  const notice: Recorder['notice'] = (level, event, message) => {
    const time = new Date(clock.now()).toISOString()
    const shown = Object.freeze({ time, level, event, message: printable(message, 2000) })
    for (const sink of sinks) contain(() => sink.notice?.(shown))?.catch(() => undefined)
  }
  const announceDrops = (least = announceEvery): void => {
    if (dropped === 0 || clock.monotonic() - announcedAt < least) return
    announcedAt = clock.monotonic()
    const count = dropped
    dropped = 0
    notice(
      'warn',
      'records_dropped',
      `${count} audit records were not written: a sink failed or too many came`,
    )
  }
  const drop = (): void => {
    dropped += 1
    announceDrops()
  }
  const give = ({ sink, owed }: Outlet, record: AuditRecord): undefined | Promise<void> => {
    const lane = laneOf(record)
    const isRequired = sink.required === true
    const owes = owed.get(lane) ?? 0
    if (owes >= limits.mostPending) {
      drop()
      return isRequired ? Promise.reject(new Error('the sink is too far behind')) : undefined
    }
    const written = contain(() => sink.write(record))
    if (written === undefined) return undefined
    owed.set(lane, owes + 1)
    pending.add(written)
    const settle = (): void => {
      const left = (owed.get(lane) ?? 1) - 1
      if (left > 0) owed.set(lane, left)
      else owed.delete(lane)
      pending.delete(written)
    }
    written.then(settle, () => {
      settle()
      drop()
    })
    return isRequired ? within(limits.requiredTimeout, written) : undefined
  }

  return Object.freeze({
    wantsAdmitted: sinks.some(({ admitted }) => admitted !== false),
    admitsUnauthenticated: () => {
      const now = clock.monotonic()
      if (now - second.begins >= 1000) second = { begins: now, count: 0 }
      second.count += 1
      if (second.count <= limits.unauthenticatedPerSecond) return true
      drop()
      return false
    },
    write: (record: AuditRecord) => {
      announceDrops()
      const awaited: Promise<void>[] = []
      for (const outlet of outlets) {
        if (record.outcome === 'admitted' && outlet.sink.admitted === false) continue
        const written = give(outlet, record)
        if (written !== undefined) awaited.push(written)
      }
      return awaited.length === 0 ? undefined : Promise.all(awaited).then(() => undefined)
    },
    notice,
    flush: async () => {
      announceDrops(0)
      const settled = Promise.allSettled([...pending]).then(() => undefined)
      await within(limits.requiredTimeout, settled).catch(() => undefined)
      announceDrops(0)
    },
  })
}

/** Runs a sink; what it throws becomes a rejection like any other. */
const contain = (work: () => void | Promise<void>): Promise<void> | undefined => {
  try {
    const result = work()
    return result === undefined ? undefined : Promise.resolve(result)
  } catch (fault) {
    return Promise.reject(fault)
  }
}

const within = (millis: number, work: Promise<void>): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${millis} ms`)), millis)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })

/** A lane for each service; remembered by what its records share. */
const createLanes = (): ((record: AuditRecord) => string) => {
  const known = new WeakMap<NonNullable<AuditRecord['service']>, string>()
  return ({ service }) => {
    if (!service) return ''
    // Not by id: a token may name any.
    const lane = known.get(service) ?? JSON.stringify([service.issuer, service.clientId])
    known.set(service, lane)
    return lane
  }
}
