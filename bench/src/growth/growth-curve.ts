import type { Curve, Findings, Measurement } from '../comparison/part.js'
import { judge, ratioOf } from '../figures/between-rounds.js'
import { type Case, type Prepared, takeTurns } from '../figures/take-turns.js'

/** A curve that is to be measured: one case for each of its points. */
export interface Growth {
  readonly name: string
  /** What there is more of. */
  readonly of: string
  readonly unit: string
  readonly points: readonly number[]
  readonly rounds: number
  /** How many times as much the last point may cost as the first; undefined: whatever it is. */
  readonly mostRatio?: number
  prepare(point: number): Promise<Prepared>
}

/** Measures the points of one curve in turn. */
export const measureGrowth = async (growth: Growth): Promise<Findings> => {
  const { name, of, unit, points, rounds, mostRatio } = growth
  const cases = points.map(
    (point): Case => ({
      name: pointName(name, point),
      units: [unit],
      prepare: () => growth.prepare(point),
    }),
  )
  const measurements = await takeTurns(cases, { rounds, warmUps: 3 })
  const [first = Number.NaN, last = Number.NaN] = [points[0], points.at(-1)]
  const pair = [pointName(name, last), pointName(name, first), unit] as const
  return {
    measurements,
    curves: [curveOf({ name, of, unit, points }, measurements)],
    targets:
      mostRatio === undefined
        ? []
        : judge(
            { name: `${name}: ${last} ÷ ${first} ${of}`, atMost: mostRatio, unit: '' },
            ratioOf(measurements, pair),
          ),
  }
}

/** What the measurement of one point is called. */
export const pointName = (curve: string, point: number): string => `${curve}: ${point}`

/** The curve through the points that were measured. */
export const curveOf = (
  { name, of, unit, points }: Pick<Growth, 'name' | 'of' | 'unit' | 'points'>,
  measurements: readonly Measurement[],
): Curve => ({
  ...{ name, of, unit },
  points: points.flatMap((at) => {
    const found = measurements.find((one) => one.name === pointName(name, at))
    return found ? [{ at, median: found.median, low: found.low, high: found.high }] : []
  }),
})
