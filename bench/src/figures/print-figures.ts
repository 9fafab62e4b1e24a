import type { Figure } from './compare-batches.js'
import { printTable } from './print-table.js'

/** Prints a table; answers whether every figure with a bound keeps it. */
export const printFigures = (figures: readonly Figure[]): boolean => {
  printTable(
    ['µs per call', 'median', 'best', 'p99', 'bound', ''],
    figures.map((figure) => {
      const { name, median, best, p99, boundMicros } = figure
      const micros = [median, best, p99].map((value) => value.toFixed(3))
      const bound =
        boundMicros === undefined
          ? ['', '']
          : [boundMicros.toFixed(3), isKept(figure) ? 'kept' : 'MISSED']
      return [name, ...micros, ...bound]
    }),
  )
  return figures.every(isKept)
}

const isKept = ({ median, boundMicros }: Figure): boolean => median <= (boundMicros ?? median)
