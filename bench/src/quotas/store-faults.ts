import { printTable } from '../figures/print-table.js'
import { quantile } from '../figures/quantile.js'
import { type FaultLengths, faultsOf } from './redis-faults.js'
import type { RedisServer } from './redis-server.js'
import { breakStore, type FaultFigure, type Sent, storeTimeout } from './store-fault.js'

/** Milliseconds; what a request may wait and still count as one that did not. */
const noticeable = 5
const healsWithin = 1000

/** Breaks Redis in every way, under load, one after the other. */
export const checkStoreFaults = async (
  server: RedisServer,
  lengths: FaultLengths,
): Promise<boolean> => {
  const figures: FaultFigure[] = []
  for (const fault of faultsOf(lengths)) figures.push(await breakStore(server, fault, lengths))
  print(figures)
  return printBounds(figures)
}

type Phase = 'before' | 'during' | 'after'
const phases: readonly Phase[] = ['before', 'during', 'after']

/** A request belongs to the fault if that met any part of it. */
const phaseOf = (sent: Sent, { beganAt, returnedAt }: FaultFigure): Phase => {
  if (sent.answeredAt < beganAt) return 'before'
  return sent.arrivedAt < returnedAt ? 'during' : 'after'
}

const latenciesIn = (figure: FaultFigure, phase: Phase): readonly number[] =>
  figure.sent
    .filter((sent) => phaseOf(sent, figure) === phase)
    .map(({ arrivedAt, answeredAt }) => answeredAt - arrivedAt)

const print = (figures: readonly FaultFigure[]): void => {
  console.log(
    `Redis is broken under load; latencies in ms, and how many requests took longer than ` +
      `${noticeable} ms\n`,
  )
  const columns = ['p99', 'max', `> ${noticeable}`]
  printTable(
    ['Redis was', 'client', 'requests', ...phases.flatMap((phase) => [`${phase} p50`, ...columns])],
    figures.map((figure) => [
      figure.fault.name,
      figure.fault.client,
      String(figure.sent.length),
      ...phases.flatMap((phase) => {
        const latencies = latenciesIn(figure, phase)
        const quantiles = [0.5, 0.99, 1].map((share) => quantile(latencies, share).toFixed(1))
        return [...quantiles, String(latencies.filter((one) => one > noticeable).length)]
      }),
    ]),
  )
  console.log()
}

/** What was promised of each fault, and whether it was kept. */
const printBounds = (figures: readonly FaultFigure[]): boolean => {
  const rows = figures.map(boundsOf)
  printTable(
    [
      'Redis was',
      'client',
      'failed',
      'added p99',
      'bound',
      'nobody waits after',
      'waited later',
      'healed after',
      '',
    ],
    rows.map(({ cells, missed }) => [
      ...cells,
      missed.length === 0 ? 'kept' : `MISSED: ${missed.join(', ')}`,
    ]),
  )
  console.log(
    `\nbounds: nothing failed; the time-out of ${storeTimeout} ms, as timers of that length went ` +
      `meanwhile (p99); twice that; none; ${healsWithin} ms\n`,
  )
  return rows.every(({ missed }) => missed.length === 0)
}

const boundsOf = (figure: FaultFigure) => {
  const { fault, sent, beganAt, returnedAt, openedAt, healedAt = Number.NaN, timer } = figure
  const p99 = (phase: Phase): number => quantile(latenciesIn(figure, phase), 0.99)
  const failed = sent.filter(({ isAdmitted }) => !isAdmitted).length
  const added = p99('during') - p99('before')
  const opened = (openedAt ?? beganAt) - beganAt
  const later = sent.filter(
    ({ waited, arrivedAt }) =>
      waited && openedAt !== undefined && arrivedAt > openedAt && arrivedAt < returnedAt,
  ).length
  const healed = healedAt - returnedAt
  const millis = (value: number): string => `${value.toFixed(1)} ms`
  const cells = [
    fault.name,
    fault.client,
    String(failed),
    millis(added),
    millis(timer),
    openedAt === undefined ? '-' : millis(opened),
    openedAt === undefined ? '-' : String(later),
    millis(healed),
  ]
  const bounds: readonly (readonly [name: string, isKept: boolean])[] = [
    ['failed', failed === 0],
    ['added p99', added <= timer],
    ['nobody waits', opened <= 2 * timer],
    ['waited later', later === 0],
    ['healed', healed <= healsWithin],
    // Else nothing was shown.
    ['nothing failed over', fault.isOutage === (openedAt !== undefined)],
  ]
  return { cells, missed: bounds.filter(([, isKept]) => !isKept).map(([name]) => name) }
}
