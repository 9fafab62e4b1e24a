import type { Spread } from '../figures/spread.js'

/** How thoroughly, and what of it. */
export interface Settings {
  /** Fewer rounds and no curves: within a minute altogether. */
  readonly isQuick: boolean
  /** Only what has this in its name; undefined: everything. */
  readonly only: string | undefined
}

/** One thing that was measured once in each round. */
export interface Measurement extends Spread {
  /** Such as `express, everything`; what several have in common is one row of the table. */
  readonly name: string
  /** Such as `CPU, µs`; a column of the table, and unique with the name within its part. */
  readonly unit: string
  /** One for each round, in order. Those of one part were taken in turn. */
  readonly samples: readonly number[]
}

/** Points of a curve: the same, with more of something. */
export interface Curve {
  readonly name: string
  /** What there is more of, such as `services`. */
  readonly of: string
  readonly unit: string
  readonly points: readonly (Spread & { readonly at: number })[]
}

/** What was aimed at, and what came. */
export interface Target {
  readonly name: string
  readonly atMost: number
  readonly unit: string
  readonly figure: Spread
  /**
   * Whether it only says that one thing costs less than another, with so much room that a noisy machine
   * does not matter: what continuous integration looks at.
   */
  readonly isRelation?: true
}

/** What a part of the comparison came to. */
export interface Findings {
  readonly measurements: readonly Measurement[]
  readonly curves: readonly Curve[]
  readonly targets: readonly Target[]
}

/**
 * One part of the comparison. Prints what it is about to do, and gives back what it found, for the
 * command to print; nothing at all where `only` names nothing of it.
 */
export interface Part {
  readonly name: string
  run(settings: Settings): Promise<Findings>
}
