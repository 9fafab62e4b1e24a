import { randomUUID } from 'node:crypto'
import { measureStretch, type StretchFigure } from '../figures/longest-stretch.js'
import { printTable } from '../figures/print-table.js'
import { readCount } from '../figures/read-count.js'
import { makeHeavyRequests } from './heavy-requests.js'
import { type MemoryFigure, runTokens } from './memory-run.js'
import { createTokenMint, type TokenMint } from './token-mint.js'

/** Verified tokens that an M2M remembers at most. */
const mostTokens = 5000
const mostSpread = 2
const mostMilliseconds = 20
const usualCount = 1_000_000
/** With fewer the caches would still be filling in the last half of a run. */
const leastCount = 20_000

/**
 * What strangers and services can make an M2M keep, and how long one request can keep it busy.
 * `--count N` sends fewer than a million tokens, 20 000 at least.
 */
export const runBounds = async (args: readonly string[]): Promise<boolean> => {
  const count = readCount(args, { usual: usualCount, least: leastCount })
  if (count === undefined) return false
  const startedAt = performance.now()
  const mint = createTokenMint()
  const stretches: StretchFigure[] = []
  for (const heavy of makeHeavyRequests(mint)) stretches.push(await measureStretch(mint, heavy))
  printStretches(stretches)
  const valid = await runTokens(mint, count, () => mint.mint())
  const invalid = await runTokens(mint, count, invalidTokens(mint))
  printMemory(valid, invalid)
  console.log(`\nall of this took ${Math.round((performance.now() - startedAt) / 1000)} s`)
  const faults = [...stretchFaults(stretches), ...validFaults(valid), ...invalidFaults(invalid)]
  console.log(faults.length === 0 ? '\nall bounds kept' : `\nMISSED\n${faults.join('\n')}`)
  return faults.length === 0
}

/** One third each: forged under the known key, signed under an unknown one, and no token at all. */
const invalidTokens =
  ({ mint }: TokenMint) =>
  (index: number): string => {
    if (index % 3 === 0) return mint({ isForged: true })
    if (index % 3 === 1) return mint({ header: { kid: randomUUID() }, isForged: true })
    return `${randomUUID()}.${randomUUID()}.${randomUUID()}`
  }

const printStretches = (figures: readonly StretchFigure[]): void => {
  console.log('ms in which one call keeps the event loop busy, 21 runs, each new to its M2M\n')
  printTable(
    ['request', 'median', 'best', 'worst', `bound ${mostMilliseconds}`],
    figures.map(({ name, median, best, worst }) => [
      name,
      ...[median, best, worst].map((millis) => millis.toFixed(2)),
      median <= mostMilliseconds ? 'kept' : 'MISSED',
    ]),
  )
}

const printMemory = (valid: MemoryFigure, invalid: MemoryFigure): void => {
  const columns = [valid, invalid]
  const row = (name: string, of: (figure: MemoryFigure) => string | number): readonly string[] => [
    name,
    ...columns.map((figure) => String(of(figure))),
  ]
  console.log(
    '\nmemory in MiB (heap and external) after collecting garbage, twenty times in each run\n',
  )
  printTable(
    ['distinct tokens', 'valid', 'invalid'],
    [
      row('presented', ({ count }) => count),
      row('seconds', ({ seconds }) => seconds.toFixed(1)),
      row('admitted', ({ admitted }) => admitted),
      row('refused', ({ refused }) => refused),
      row('records', ({ records }) => records),
      row(`services alive at most, bound ${mostTokens}`, ({ mostAlive }) => mostAlive),
      ...valid.used.map((_, index) =>
        row(`memory after ${(index + 1) * 5} %`, ({ used }) => used[index]?.toFixed(2) ?? ''),
      ),
      row(`spread over the last half, bound ${mostSpread}`, ({ spread }) => spread.toFixed(2)),
      ['the first token is verified anew', valid.isFirstVerifiedAnew ? 'yes' : 'no', ''],
      ['the last token is known', valid.isLastKnown ? 'yes' : 'no', ''],
    ],
  )
}

const stretchFaults = (figures: readonly StretchFigure[]): readonly string[] =>
  figures.flatMap(({ name, median, unexpected }) => [
    ...(median <= mostMilliseconds ? [] : [`${name}: ${median.toFixed(2)} ms`]),
    ...(unexpected.length === 0 ? [] : [`${name}: answered ${[...new Set(unexpected)].join()}`]),
  ])

const validFaults = (figure: MemoryFigure): readonly string[] => [
  ...commonFaults('valid', figure),
  ...(figure.admitted === figure.count ? [] : ['valid: not all were admitted']),
  ...(figure.mostAlive === mostTokens ? [] : ['valid: the cache was not filled']),
  ...(figure.isLastKnown ? [] : ['valid: the last token was not remembered']),
  ...(figure.isFirstVerifiedAnew ? [] : ['valid: the first token was still remembered']),
]

const invalidFaults = (figure: MemoryFigure): readonly string[] => [
  ...commonFaults('invalid', figure),
  ...(figure.refused === figure.count ? [] : ['invalid: not all were refused']),
]

const commonFaults = (
  name: string,
  { records, count, mostAlive, spread }: MemoryFigure,
): readonly string[] => [
  ...(records === count ? [] : [`${name}: ${records} records for ${count} verdicts`]),
  ...(mostAlive <= mostTokens ? [] : [`${name}: ${mostAlive} services alive`]),
  ...(spread <= mostSpread ? [] : [`${name}: memory moved by ${spread.toFixed(2)} MiB`]),
]
