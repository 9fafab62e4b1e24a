import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Findings, Part } from '../comparison/part.js'
import { excessOf, judge, samplesOf } from '../figures/between-rounds.js'
import { type Case, chooseCases, measurementOf, takeTurns } from '../figures/take-turns.js'
import { installations } from './installations.js'
import { starts as startCases } from './start-cases.js'

const partName = 'starts'
const bare = 'bare Node'
const judged = 'm2m-core'
const megabyte = 1_000_000
const run = promisify(execFile)
const script = fileURLToPath(new URL('./start-once.js', import.meta.url))

const [untilSetUp, cpu, resident, heap] = ['ms', 'ms of CPU', 'MB resident', 'MB of heap']
const units = [untilSetUp, cpu, resident, heap]

/** What a new process takes until its guard is set up, and what its installation brings. */
export const starts: Part = {
  name: partName,
  run: async (settings) => {
    const names = Object.keys(startCases)
    const wanted = settings.isQuick ? [bare, judged] : names
    const chosen = chooseCases(partName, wanted.map(caseOf), settings)
    const installed = chooseCases(partName, installations, settings)
    const rounds = settings.isQuick ? 11 : 15
    if (chosen.length > 0) console.log(`  new processes, ${rounds} rounds`)
    // Without the bare one there is nothing to compare with.
    const isBareMissing = chosen.length > 0 && !chosen.some(({ name }) => name === bare)
    const cases = isBareMissing ? [caseOf(bare), ...chosen] : chosen
    const measured = await takeTurns(cases, { rounds, warmUps: 1 })
    const added = chosen.flatMap(({ name }) => (name === bare ? [] : addedBy(name, measured)))
    return {
      measurements: [...measured, ...added, ...installed.flatMap((one) => one.measure())],
      curves: [],
      targets: targetsOf(added),
    }
  },
}

const caseOf = (name: string): Case => ({
  name,
  units,
  prepare: () => ({
    batch: async () => {
      const { stdout } = await run(process.execPath, ['--expose-gc', script, name])
      const { millis, cpuMillis, rss, heapUsed } = JSON.parse(stdout) as StartFigures
      return [millis, cpuMillis, rss / megabyte, heapUsed / megabyte]
    },
  }),
})

interface StartFigures {
  readonly millis: number
  readonly cpuMillis: number
  readonly rss: number
  readonly heapUsed: number
}

const over = (name: string): string => `${name}, over ${bare}`

/** What it takes more than the bare process of the same round. */
const addedBy = (name: string, measured: Findings['measurements']): Findings['measurements'] =>
  units.flatMap((unit) => {
    const samples = excessOf(measured, [name, bare, unit])
    return samples ? [measurementOf(over(name), unit, samples)] : []
  })

const targetsOf = (added: Findings['measurements']): Findings['targets'] =>
  [
    { name: `${over(judged)}: import and createM2M`, atMost: 60, unit: untilSetUp },
    { name: `${over(judged)}: memory`, atMost: 15, unit: resident },
  ].flatMap((aim) => judge(aim, samplesOf(added, over(judged), aim.unit)))
