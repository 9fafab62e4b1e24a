import type { Change } from './vocabulary.js'

/** What every case states, hostile or not. */
export interface ConformanceCase {
  /** Unique, in kebab-case: the name of the test. */
  readonly id: string
  /** The row of the threat table (`threats.json`). */
  readonly threat: number
  /** One sentence: what would go wrong otherwise. */
  readonly why: string
  /** What is changed: an admitted request with an RFC 9068 token of the service `billing`. */
  readonly base: 'service'
  readonly change: Change
}

/** A request that must be refused, and how. */
export interface HostileCase extends ConformanceCase {
  readonly expect: ExpectedRefusal
}

/** The refusal that a hostile case must meet. */
export interface ExpectedRefusal {
  readonly status: number
  /** `code` of the problem body. */
  readonly code: string
  /**
   * The `WWW-Authenticate` line, null for none. Parameters count, not their order; where it has an
   * `error`, the answer may add an `error_description`.
   */
  readonly challenge: string | null
  /**
   * Whether Node's parser or the router may answer instead of the guard, see `isUnrouted`. Whoever
   * answers, the handler is not reached.
   */
  readonly orUnrouted?: true
}

/** A request that is unusual but right: it must be admitted. */
export type PositiveCase = ConformanceCase
