import type { Clock } from '../clock/clock.js'
import { printable } from '../errors/quote.js'
import { type Refusal, refuse } from '../errors/refusal.js'
import type { KeyHint } from './check-header.js'
import { endAfter } from './end-after.js'
import type { KeySource } from './key-source.js'
import { readKeySet, type VerificationKey } from './read-key-set.js'
import { isSameKey, keyUnknown, selectKey } from './select-key.js'

/** When keys are fetched, in milliseconds. */
export interface KeySetTiming {
  /** Age from which a request starts a refresh behind its back. */
  readonly refreshAfter: number
  /** Age up to which the last good set is served while refreshing fails. */
  readonly staleIfError: number
  /** Least time between two attempts; doubles twice while attempts fail. */
  readonly cooldown: number
  /** Time-out of one attempt, discovery and body included. */
  readonly timeout: number
}

/** Something an operator should know about an issuer's keys. */
export interface KeySetEvent {
  readonly event: 'keys_loaded' | 'keys_unavailable'
  readonly issuer: string
  readonly message: string
}

/** One issuer's keys. */
export interface KeySet {
  /** Grows whenever the set of keys becomes another one. */
  readonly generation: number
  /** Refuses when the last good set is too old; starts a refresh when it is getting old. */
  check(monotonicNow: number): Refusal | undefined
  /** The key a header asks for; a promise only when a fetch may decide. */
  find(hint: KeyHint): VerificationKey | Refusal | Promise<VerificationKey | Refusal>
  /**
   * `find`, once a fetch that is due has ended: for keys that only a signature can tell apart.
   * Refuses while the last attempt failed.
   */
  findAnew(hint: KeyHint): Promise<VerificationKey | Refusal>
  /** Settles once a fetch that is due or under way has ended, well or badly. */
  settle(): Promise<void>
  /** Whether the key is still in the set, under the same id and for the same algorithms. */
  holds(key: VerificationKey): boolean
  /** Fetches unless usable keys are there; rejects when that fails. */
  ready(): Promise<void>
  /** The keys of the last set that none should have, and why. */
  readonly weak: readonly string[]
  /** Fetches now, whatever the cool-down says; rejects when that fails. */
  refresh(): Promise<void>
  close(): void
}

/** What a key set needs. */
export interface KeySetOptions {
  readonly issuer: string
  readonly source: KeySource
  readonly timing: KeySetTiming
  readonly clock: Clock
  readonly announce: (event: KeySetEvent) => void
}

/** Callers that wait for one fetch; answering many more at once would stall everybody else. */
const mostWaiting = 1000

/**
 * Keeps one issuer's keys through rotations and outages, within bounds: one fetch in flight, an
 * attempt counts whether or not it succeeds, an empty set counts as an outage, and unknown key ids
 * cause at most one fetch per cool-down. Never answers "unknown key" while the last attempt failed:
 * that is the issuer's fault, not the caller's.
 */
export const createKeySet = (options: KeySetOptions): KeySet => {
  const { issuer, source, timing, clock, announce } = options
  let keys: readonly VerificationKey[] = []
  let weak: readonly string[] = []
  let generation = 0
  let loadedAt = Number.NEGATIVE_INFINITY
  let attemptedAt = Number.NEGATIVE_INFINITY
  let failures = 0
  let lastComplaints = ''
  let inFlight: Promise<void> | undefined
  let queued: Promise<void> | undefined
  let waiting = 0
  const closing = new AbortController()

  const pause = (): number => timing.cooldown * 2 ** Math.min(Math.max(failures - 1, 0), 2)
  const untilNextAttempt = (): number => attemptedAt + pause() - clock.monotonic()

  const load = async (): Promise<void> => {
    const fetched = await endAfter(timing.timeout, closing.signal, source)
    const { keys: loaded, rejected, weak: found } = await readKeySet(fetched)
    if (loaded.length === 0) throw new Error(`no usable key in the set${list(rejected)}`)
    loadedAt = clock.monotonic()
    weak = found
    const isChanged = identity(loaded) !== identity(keys)
    const complaints = list(rejected)
    const isNews = failures > 0 || (isChanged && generation > 0) || complaints !== lastComplaints
    lastComplaints = complaints
    if (isChanged) {
      keys = loaded
      generation += 1
    }
    const message = `${loaded.length} usable keys${complaints}`
    if (isNews) announce({ event: 'keys_loaded', issuer, message })
  }
  /** Joins the fetch under way or starts one; rejects when it fails. */
  const attempt = (): Promise<void> => {
    inFlight ??= begin()
    return inFlight
  }
  const begin = async (): Promise<void> => {
    attemptedAt = clock.monotonic()
    try {
      await load()
      failures = 0
    } catch (fault) {
      failures += 1
      const message = printable(fault instanceof Error ? fault.message : 'unknown fault', 1000)
      if (!closing.signal.aborted) announce({ event: 'keys_unavailable', issuer, message })
      throw new Error(`keys of ${issuer} unavailable: ${message}`, { cause: fault })
    } finally {
      inFlight = undefined
    }
  }
  /** A fetch under way may have read the keys before they changed: another one follows it. */
  const refresh = (): Promise<void> => {
    const begun = async (): Promise<void> => {
      await inFlight?.catch(() => undefined)
      queued = undefined
      return attempt()
    }
    queued ??= begun()
    return queued
  }
  /**
   * Settles when an attempt that may be made now, or is under way, has ended well or badly; false
   * when too many wait for it already.
   */
  const attemptIfDue = async (): Promise<boolean> => {
    if (!inFlight && untilNextAttempt() > 0) return true
    if (waiting >= mostWaiting) return false
    waiting += 1
    await attempt().catch(() => undefined)
    waiting -= 1
    return true
  }

  const unavailable = (): Refusal =>
    refuse(
      'key_set_unavailable',
      failures > 0
        ? `expected usable keys of ${issuer}, the last attempts to fetch them failed; see the ` +
            'keys_unavailable line before this one, check the network path and jwksUri'
        : `the keys of ${issuer} are old and being fetched anew; the next call will find them`,
      { retryAfter: Math.max(1, Math.ceil(untilNextAttempt() / 1000)) },
    )
  const check = (monotonicNow: number): Refusal | undefined => {
    const since = monotonicNow - loadedAt
    if (since > timing.refreshAfter && !inFlight && untilNextAttempt() <= 0) {
      attempt().catch(() => undefined)
    }
    // Nobody asked for a while: the next refresh is waited for, unless the last one failed.
    const longest = failures === 0 ? 2 * timing.refreshAfter : timing.staleIfError
    return since <= Math.min(longest, timing.staleIfError) ? undefined : unavailable()
  }
  const fetchAndFind = async (hint: KeyHint): Promise<VerificationKey | Refusal> => {
    const isUpToDate = await attemptIfDue()
    if (clock.monotonic() - loadedAt > timing.staleIfError) return unavailable()
    const found = selectKey(keys, hint, issuer)
    return found ?? (isUpToDate && failures === 0 ? keyUnknown(hint, issuer) : unavailable())
  }
  const find = (hint: KeyHint): ReturnType<KeySet['find']> => {
    if (check(clock.monotonic())) return fetchAndFind(hint)
    return selectKey(keys, hint, issuer) ?? fetchAndFind(hint)
  }

  return Object.freeze({
    get generation() {
      return generation
    },
    check,
    find,
    findAnew: async (hint: KeyHint) => {
      const found = await fetchAndFind(hint)
      return failures > 0 ? unavailable() : found
    },
    settle: async () => void (await attemptIfDue()),
    holds: (key: VerificationKey) => keys.some((one) => isSameKey(one, key)),
    ready: async () => (check(clock.monotonic()) ? attempt() : undefined),
    get weak() {
      return weak
    },
    refresh,
    close: () => closing.abort(new Error('closed')),
  })
}

const identity = (keys: readonly VerificationKey[]): string =>
  JSON.stringify(keys.map(({ keyId, thumbprint, algorithms }) => [keyId, thumbprint, algorithms]))

const list = (rejected: readonly string[]): string =>
  rejected.length === 0 ? '' : ` (refused: ${rejected.slice(0, 5).join('; ')})`
