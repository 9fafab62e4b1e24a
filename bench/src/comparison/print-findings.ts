import { printTable } from '../figures/print-table.js'
import type { Curve, Findings, Measurement } from './part.js'

/** Prints what a part found: a row for each name, a column for each unit, quartiles in brackets. */
export const printFindings = ({ measurements, curves }: Findings): void => {
  if (measurements.length > 0) printMeasurements(measurements)
  for (const curve of curves) printCurve(curve)
}

const printMeasurements = (measurements: readonly Measurement[]): void => {
  const names = [...new Set(measurements.map(({ name }) => name))]
  const units = [...new Set(measurements.map(({ unit }) => unit))]
  printTable(
    ['', ...units],
    names.map((name) => [
      name,
      ...units.map((unit) => {
        const found = measurements.find((one) => one.name === name && one.unit === unit)
        return found ? withQuartiles(found) : ''
      }),
    ]),
  )
  console.log()
}

const printCurve = ({ name, of, unit, points }: Curve): void => {
  console.log(`${name}, ${unit}`)
  printTable(
    [of, 'median', 'quartiles'],
    points.map(({ at, ...spread }) => [
      `${at}`,
      inFigures(spread.median),
      `${inFigures(spread.low)}–${inFigures(spread.high)}`,
    ]),
  )
  console.log()
}

const withQuartiles = ({ median, low, high }: Measurement): string =>
  `${inFigures(median)} (${inFigures(low)}–${inFigures(high)})`

/** With as many digits as can mean something. */
export const inFigures = (value: number): string => {
  const size = Math.abs(value)
  return value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : size >= 10 ? 2 : 3)
}
