import type { Measurement, Target } from '../comparison/part.js'
import { spreadOf } from './spread.js'

/** What is aimed at; the figure comes later. */
export type Aim = Omit<Target, 'figure'>

/** What is compared: two names, and what both were measured in. */
export type Pair = readonly [one: string, other: string, unit: string]

/** The samples of one measurement; undefined where `--only` left it out. */
export const samplesOf = (
  measurements: readonly Measurement[],
  name: string,
  unit: string,
): readonly number[] | undefined =>
  measurements.find((one) => one.name === name && one.unit === unit)?.samples

/** How many times as much the one is as the other, in each round. */
export const ratioOf = (
  measurements: readonly Measurement[],
  pair: Pair,
): readonly number[] | undefined => combine(measurements, pair, (one, other) => one / other)

/** How much more the one is than the other, in each round. */
export const excessOf = (
  measurements: readonly Measurement[],
  pair: Pair,
): readonly number[] | undefined => combine(measurements, pair, (one, other) => one - other)

const combine = (
  measurements: readonly Measurement[],
  [first, second, unit]: Pair,
  join: (one: number, other: number) => number,
): readonly number[] | undefined => {
  const ones = samplesOf(measurements, first, unit)
  const others = samplesOf(measurements, second, unit)
  return ones && others && ones.map((one, round) => join(one, others[round] ?? Number.NaN))
}

/** The target with its figure; none where nothing was measured. */
export const judge = (aim: Aim, samples: readonly number[] | undefined): readonly Target[] =>
  samples ? [{ ...aim, figure: spreadOf(samples) }] : []
