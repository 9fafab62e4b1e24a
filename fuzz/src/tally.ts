import { type FamilyName, familyNames } from './mutations/families.js'
import { type RefusingStage, refusingStages } from './refusing-stage.js'

/** Every way in which a run can go wrong; all are required to be 0. */
export const faultNames = [
  'accepted',
  'answered 5xx',
  'refused otherwise',
  'slow',
  'without an answer',
  'unclean in the log',
  'valid but refused',
] as const

/** One of these ways. */
export type FaultName = (typeof faultNames)[number]

/** The counts of one target. */
export interface Tally {
  readonly target: string
  /** Mutants refused as they should be, by kind. */
  readonly refused: Record<FamilyName, number>
  readonly faults: Record<FaultName, number>
  /** Refusals in the guard's own records, by where on the line they fell. */
  readonly stages: Record<RefusingStage, number>
  /** Valid requests that were admitted. */
  admitted: number
  /** Mutants that turned out to be a valid request, byte for byte. */
  excluded: number
}

const zeros = <Name extends string>(names: readonly Name[]): Record<Name, number> =>
  Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>

/** Counts nothing yet. */
export const createTally = (target: string): Tally => ({
  target,
  refused: zeros(familyNames),
  faults: zeros(faultNames),
  stages: zeros(refusingStages),
  admitted: 0,
  excluded: 0,
})

/** The sum of some counts. */
export const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0)
