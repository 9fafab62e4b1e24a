import { printTable } from './print-table.js'

/** Something that was promised, and what came of it. */
export interface Check {
  readonly name: string
  readonly measured: string
  readonly bound: string
  readonly isKept: boolean
}

/** A check of a number that must be no more than its bound. */
export const atMost = (
  name: string,
  measured: number,
  bound: number,
  { unit = '', digits = 0 }: { readonly unit?: string; readonly digits?: number } = {},
): Check => ({
  name,
  measured: `${measured.toFixed(digits)}${unit}`,
  bound: `at most ${bound.toFixed(digits)}${unit}`,
  // Not "measured > bound": what was not measured was not kept.
  isKept: measured <= bound,
})

/** Prints a table; answers whether all was kept. */
export const printChecks = (checks: readonly Check[]): boolean => {
  printTable(
    ['', 'measured', 'bound', ''],
    checks.map(({ name, measured, bound, isKept }) => [
      name,
      measured,
      bound,
      isKept ? 'kept' : 'MISSED',
    ]),
  )
  console.log()
  return checks.every(({ isKept }) => isKept)
}
