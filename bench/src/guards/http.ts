import type { Findings, Measurement, Part, Settings } from '../comparison/part.js'
import { type SpareCores, spareCores } from '../figures/spare-cores.js'
import { spreadOf } from '../figures/spread.js'
import { type GuardCase, guardCases, nameOf } from './guard-cases.js'
import { guardTargets } from './guard-targets.js'
import { measureScenario } from './measure-scenario.js'
import { excesses, ratios } from './round-ratios.js'
import type { Batch, Load } from './run-rounds.js'
import { otherTokens, reasonAgainst, type TokenScenario, usualTokens } from './token-scenarios.js'

// A connection costs as much as several requests: with fewer over each, bare servers would look
// dearer than they are, and guards cheaper.
const quickLoad: Load = {
  rounds: { least: 5, most: 50, seconds: 10 },
  ...{ warmUps: 7, connections: 10, perConnection: 120 },
}
const fullLoad: Load = {
  rounds: { least: 15, most: 15, seconds: 0 },
  ...{ warmUps: 4, connections: 32, perConnection: 120 },
}
const otherLoad: Load = {
  rounds: { least: 7, most: 7, seconds: 0 },
  ...{ warmUps: 3, connections: 32, perConnection: 100 },
}

/** Guards before a route: what a request costs with each, by CPU time of the server's process. */
export const http: Part = {
  name: 'http',
  run: async (settings) => {
    const cores = spareCores()
    const load = settings.isQuick ? quickLoad : fullLoad
    const usual = await measure(usualTokens, load, settings, cores)
    const others: Measurement[] = []
    for (const scenario of settings.isQuick ? [] : otherTokens) {
      others.push(...(await measure(scenario, otherLoad, settings, cores)))
    }
    const targets = guardTargets(
      (name) => usual.find((one) => one.name === name && one.unit === cpuUnit)?.samples,
    )
    return { measurements: [...usual, ...others], curves: [], targets } satisfies Findings
  },
}

const cpuUnit = 'CPU, µs'

const measure = async (
  scenario: TokenScenario,
  load: Load,
  settings: Settings,
  cores: SpareCores | undefined,
): Promise<readonly Measurement[]> => {
  const cases = casesOf(scenario, settings)
  if (cases.length === 0) return []
  announce(scenario, load, cores, cases.length)
  const able = cases.filter((one) => {
    const reason = reasonAgainst(one, scenario)
    if (reason) console.log(`  left out: ${nameOf(one)}${scenario.suffix}: ${reason}`)
    return !reason
  })
  const batches = await measureScenario(scenario, able, load, cores)
  return able.flatMap((one) =>
    measurementsOf(one, scenario.suffix, (guard) => batches.get(nameOf({ ...one, guard })) ?? []),
  )
}

/** The cases that are asked for, and the bare servers they are held against. */
const casesOf = ({ suffix }: TokenScenario, { only, isQuick }: Settings): readonly GuardCase[] => {
  const measurable = guardCases.filter(
    (one) => (suffix === '' || one.isForAllTokens) && !(isQuick && one.isExtra),
  )
  const asked = measurable.filter((one) => `${nameOf(one)}${suffix}`.includes(only ?? ''))
  const frameworks = new Set(asked.map(({ framework }) => framework))
  return measurable.filter(
    (one) => asked.includes(one) || (one.kind === 'bare' && frameworks.has(one.framework)),
  )
}

const announce = (
  { algorithm, length, tokens }: TokenScenario,
  { connections, perConnection }: Load,
  cores: SpareCores | undefined,
  cases: number,
): void => {
  const kind =
    tokens === 'new' ? 'a new token each' : tokens === 1 ? 'one token' : `${tokens} tokens`
  const where = cores
    ? `pinned: servers to core ${cores.measured}, load to ${cores.others}`
    : 'not pinned to cores'
  console.log(`  ${algorithm}, ${length} characters, ${kind}; ${where}`)
  console.log(
    `  ${cases} servers; batches of up to ${connections * perConnection} requests over ${connections} connections`,
  )
}

const measurementsOf = (
  one: GuardCase,
  suffix: string,
  batchesOf: (guard: string) => readonly Batch[],
): readonly Measurement[] => {
  const batches = batchesOf(one.guard)
  const measurement = (unit: string, samples: readonly number[]): Measurement => ({
    ...{ name: `${nameOf(one)}${suffix}`, unit, samples },
    ...spreadOf(samples),
  })
  const cpu = batches.map((batch) => batch.cpu)
  const bare = batchesOf('bare').map((batch) => batch.cpu)
  const against = [
    measurement('÷ bare', ratios(cpu, bare)),
    measurement('− bare, µs', excesses(cpu, bare)),
  ]
  return [
    measurement(cpuUnit, cpu),
    ...(one.kind === 'bare' ? [] : against),
    ...[
      measurement(
        'requests/s',
        batches.map(({ perSecond }) => perSecond),
      ),
      measurement(
        'p50 ms',
        batches.map(({ p50 }) => p50),
      ),
      measurement(
        'p99 ms',
        batches.map(({ p99 }) => p99),
      ),
    ],
  ]
}
