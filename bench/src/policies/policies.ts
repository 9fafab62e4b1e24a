import { loadPolicy } from 'm2m-policy'
import { printFigures } from '../figures/print-figures.js'
import { printTable } from '../figures/print-table.js'
import { readCount } from '../figures/read-count.js'
import { createTokenMint, type TokenMint } from '../floods/token-mint.js'
import { type DecisionFigures, measureDecisions } from './policy-decisions.js'
import { bareOperation, countPolicies, sharedOperation, sharingPolicy } from './policy-documents.js'
import { type PolicyFolder, writePolicyFolder } from './policy-folder.js'
import { type LoadFigure, measureLoad } from './policy-load.js'
import { measurePolicyMemory, type PolicyMemory } from './policy-memory.js'
import { measureReload, type ReloadFigure } from './policy-reload.js'
import { createPolicyWorld } from './policy-world.js'

const usualCount = 1000
const leastCount = 100
const few = 10
const many = 10_000
/** Services that call while the policy is read again. */
const callers = 20

const mostMillisPerService = 1
const mostKibPerService = 10
const mostGap = 20
const mostRatio = 1.2

/**
 * What a policy in files costs: to load, to keep, to decide by, and to read again while requests are
 * answered. `--count N` has that many services, of ten policies each, instead of a thousand.
 */
export const runPolicies = async (args: readonly string[]): Promise<boolean> => {
  const count = readCount(args, { usual: usualCount, least: leastCount })
  if (count === undefined) return false
  const mint = createTokenMint()
  const folders = [writePolicyFolder(count, 'yaml'), writePolicyFolder(count, 'json')] as const
  const [yaml, json] = folders
  try {
    console.log(`${count} services, ${countPolicies(count)} policies\n`)
    const kept = [
      printLoads(count, [measureLoad('YAML', yaml.path), measureLoad('JSON', json.path)]),
      printMemory(await measureMemory(mint, yaml, count)),
      printReloads(await measureReloads(mint, yaml, count)),
      printDecisions(await measureDecisions(mint, few, Math.max(many, count))),
    ]
    const isKept = kept.every(Boolean)
    console.log(isKept ? '\nall bounds kept' : '\nMISSED')
    return isKept
  } finally {
    for (const folder of folders) folder.remove()
  }
}

const judge = (isKept: boolean): string => (isKept ? 'kept' : 'MISSED')

const printLoads = (count: number, figures: readonly LoadFigure[]): boolean => {
  const bound = count * mostMillisPerService
  console.log('ms to load a folder with two files for each service, each time in a new process\n')
  printTable(
    ['files', 'median', 'best', 'worst', `bound ${bound}`],
    figures.map(({ name, median, best, worst }) => [
      name,
      ...[median, best, worst].map((millis) => millis.toFixed(0)),
      judge(median <= bound),
    ]),
  )
  return figures.every(({ median }) => median <= bound)
}

interface MemoryFigures {
  readonly own: PolicyMemory
  readonly shared: PolicyMemory
}

const measureMemory = async (
  mint: TokenMint,
  folder: PolicyFolder,
  count: number,
): Promise<MemoryFigures> => {
  const measureOwn = (): Promise<PolicyMemory> =>
    measurePolicyMemory(mint, folder.path, count, bareOperation)
  // What the first use of all this code leaves behind is no service's.
  await measureOwn()
  const own = await measureOwn()
  return {
    own,
    shared: await measurePolicyMemory(mint, sharingPolicy(count), count, sharedOperation),
  }
}

const printMemory = ({ own, shared }: MemoryFigures): boolean => {
  const row = (name: string, { loaded, asked }: PolicyMemory): readonly string[] => [
    name,
    loaded.toFixed(1),
    asked.toFixed(1),
    judge(asked <= mostKibPerService),
  ]
  console.log('\nKiB in use for each service, after collecting garbage\n')
  printTable(
    ['', 'loaded', 'each has called once', `bound ${mostKibPerService}`],
    [row('each with ten policies of its own', own), row('all with the same policies', shared)],
  )
  return own.asked <= mostKibPerService && shared.asked <= mostKibPerService
}

const measureReloads = async (
  mint: TokenMint,
  folder: PolicyFolder,
  count: number,
): Promise<readonly ReloadFigure[]> => {
  const policy = loadPolicy(folder.path)
  const world = await createPolicyWorld(mint, policy)
  const services = await Promise.all(Array.from({ length: callers }, (_, at) => world.enter(at)))
  const reload = (name: string, change: (edition: number) => void): Promise<ReloadFigure> =>
    measureReload(name, world, policy, services, change)
  const everything = (edition: number): void => {
    for (let index = 0; index < count; index += 1) {
      folder.writeService(index, edition)
      folder.writePolicies(index, edition)
    }
  }
  return [
    await reload('one service file', (edition) => folder.writeService(0, edition)),
    await reload('one policies file', (edition) => folder.writePolicies(0, edition)),
    await reload('every file', everything),
  ]
}

const printReloads = (figures: readonly ReloadFigure[]): boolean => {
  console.log('\nms between one request and the next while the policy is read again; YAML\n')
  printTable(
    ['changed', 'longest gap', 'best', 'worst', `bound ${mostGap}`, 'without', 'reload took'],
    figures.map(({ name, gaps, idle, took }) => [
      name,
      ...[gaps.median, gaps.best, gaps.worst].map((millis) => millis.toFixed(1)),
      judge(gaps.median <= mostGap),
      idle.toFixed(1),
      took.toFixed(0),
    ]),
  )
  return figures.every(({ gaps }) => gaps.median <= mostGap)
}

const printDecisions = ({ figures, ratios }: DecisionFigures): boolean => {
  console.log('\nwhat a decision costs\n')
  const areKept = printFigures(figures)
  console.log('\nhow many times as much with the more services\n')
  printTable(
    ['decision', 'ratio', `bound ${mostRatio}`],
    ratios.map(({ name, ratio }) => [name, ratio.toFixed(2), judge(ratio <= mostRatio)]),
  )
  return areKept && ratios.every(({ ratio }) => ratio <= mostRatio)
}
