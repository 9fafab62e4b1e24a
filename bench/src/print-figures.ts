import type { Figure } from './compare-batches.js'

/** Prints a table; answers whether every figure with a bound keeps it. */
export const printFigures = (figures: readonly Figure[]): boolean => {
  const width = Math.max(...figures.map(({ name }) => name.length))
  const number = (value: number): string => value.toFixed(3).padStart(8)
  console.log(`${'µs per call'.padEnd(width)}   median     best      p99   bound`)
  for (const { name, median, best, p99, boundMicros } of figures) {
    const bound =
      boundMicros === undefined ? '' : `${number(boundMicros)} ${verdict(median, boundMicros)}`
    console.log(`${name.padEnd(width)} ${number(median)} ${number(best)} ${number(p99)} ${bound}`)
  }
  return figures.every(({ median, boundMicros }) => median <= (boundMicros ?? median))
}

const verdict = (median: number, bound: number): string => (median <= bound ? 'kept' : 'MISSED')
