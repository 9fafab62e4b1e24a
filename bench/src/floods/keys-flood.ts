import { createTestIssuer } from 'm2m-testkit'
import { printTable } from '../figures/print-table.js'
import { quantile } from '../figures/quantile.js'
import { createFastClock } from './fast-clock.js'
import { floodState, type StateFigure } from './flood-state.js'
import { mintFloodTokens } from './flood-tokens.js'

/**
 * How much faster than time the clock of keys and tokens runs: the 7 s of a state are 140 s on it,
 * more than four cool-downs of 30 s. Sockets know nothing of it: a fetch that hangs is given up
 * after 5 s of real time, which are 100 s on this clock.
 */
const speed = 20
const requests = 10_000
const milliseconds = 7000

/** A flood of unknown key ids in each state that the key set's server may be in. */
export const runKeysFlood = async (): Promise<boolean> => {
  const clock = createFastClock(speed)
  const issuer = await createTestIssuer({ issuer: 'https://issuer.test', now: clock.now })
  const tokens = await mintFloodTokens(issuer, requests)
  const world = { clock, issuer, tokens, requests, milliseconds }
  const figures = [
    await floodState(world, { name: 'up', unknownStatus: 401, isReachable: true }),
    await floodState(world, { name: 'refused', unknownStatus: 503, isRefused: true }),
    await floodState(world, { name: 'status 503', unknownStatus: 503, mode: 'status' }),
    await floodState(world, { name: 'hanging', unknownStatus: 503, mode: 'hang' }),
    await floodState(world, { name: 'empty', unknownStatus: 503, mode: 'empty' }),
  ]
  print(figures)
  const faults = figures.flatMap(({ state, faults: found }) =>
    found.map((fault) => `${state}: ${fault}`),
  )
  console.log(faults.length === 0 ? '\nall bounds kept' : `\nMISSED\n${faults.join('\n')}`)
  return faults.length === 0
}

const print = (figures: readonly StateFigure[]): void => {
  console.log(
    `${requests} requests in each state, of which 9 of 10 carry an unknown kid; latencies of the ` +
      `valid ones in ms, real time; the clock runs ${speed} times as fast\n`,
  )
  printTable(
    [
      'key set is',
      'clock s',
      'fetches',
      'bound',
      'valid served',
      'warm p50',
      'p99',
      'new p50',
      'p99',
      '401',
      '503',
      'other',
      'rotation after clock s',
    ],
    figures.map((figure) => [
      figure.state,
      figure.clockSeconds.toFixed(1),
      String(figure.fetches),
      figure.mostFetches.toFixed(1),
      `${figure.validServed}/${figure.validSent}`,
      ...[figure.warm, figure.fresh].flatMap((latencies) =>
        [0.5, 0.99].map((share) => quantile(latencies, share).toFixed(3)),
      ),
      ...[401, 503].map((status) => String(figure.answers.get(status) ?? 0)),
      String(figure.others),
      figure.rotatedAfter?.toFixed(1) ?? '-',
    ]),
  )
}
