import { familyNames } from './mutations/families.js'
import { refusingStages } from './refusing-stage.js'
import { faultNames, sum, type Tally } from './tally.js'

const lines = (tallies: readonly Tally[]): readonly (readonly [string, readonly number[]])[] => [
  ...familyNames.map((name): [string, number[]] => [
    name,
    tallies.map(({ refused }) => refused[name]),
  ]),
  ['mutants refused', tallies.map(({ refused }) => sum(refused))],
  ...faultNames.map((name): [string, number[]] => [
    name,
    tallies.map(({ faults }) => faults[name]),
  ]),
  ['valid admitted', tallies.map(({ admitted }) => admitted)],
  ['of these by a mutation', tallies.map(({ excluded }) => excluded)],
  ...refusingStages.map((stage): [string, number[]] => [
    `at ${stage}`,
    tallies.map(({ stages }) => stages[stage]),
  ]),
]

/** Prints one table of all counts. */
export const printTallies = (title: string, tallies: readonly Tally[]): void => {
  const row = (name: string, cells: readonly string[]): string =>
    name.padEnd(26) + cells.map((cell) => cell.padStart(12)).join('')
  const rows = lines(tallies).map(([name, counts]) =>
    row(
      name,
      counts.map((count) => count.toLocaleString('en')),
    ),
  )
  const head = row(
    title,
    tallies.map(({ target }) => target),
  )
  process.stdout.write(`${['', head, ...rows, ''].join('\n')}\n`)
}
