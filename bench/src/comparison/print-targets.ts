import { printTable } from '../figures/print-table.js'
import type { Target } from './part.js'
import { inFigures } from './print-findings.js'

/** What was not measured is missed. */
export const isMet = ({ figure, atMost }: Target): boolean => figure.median <= atMost

/** Prints all targets, relations last: whether each was met, and how far the rounds differ. */
export const printTargets = (targets: readonly Target[]): void => {
  const inOrder = [
    ...targets.filter(({ isRelation }) => !isRelation),
    ...targets.filter(({ isRelation }) => isRelation),
  ]
  printTable(
    ['', 'measured', 'quartiles', 'at most', '', ''],
    inOrder.map((target) => {
      const { name, unit, atMost, figure, isRelation } = target
      const { median, low, high } = figure
      return [
        name,
        `${inFigures(median)} ${unit}`.trimEnd(),
        `${inFigures(low)}–${inFigures(high)}`,
        `${atMost} ${unit}`.trimEnd(),
        isRelation ? 'relation' : '',
        isMet(target) ? 'met' : 'missed',
      ]
    }),
  )
  console.log()
}
