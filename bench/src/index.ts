import { runBounds } from './bounds.js'
import { runKeysFlood } from './keys-flood.js'
import { runWarmPath } from './warm-path.js'

/** Measures and prints; answers whether every bound was kept. */
type Scenario = (args: readonly string[]) => Promise<boolean>

const usual = 'warm-path'
const scenarios: ReadonlyMap<string, Scenario> = new Map([
  [usual, runWarmPath],
  ['keys-flood', runKeysFlood],
  ['bounds', runBounds],
])

const [name = usual, ...args] = process.argv.slice(2)
const scenario = scenarios.get(name)
if (scenario) {
  process.exitCode = (await scenario(args)) ? 0 : 1
} else {
  console.error(`Unknown bench "${name}". There are: ${[...scenarios.keys()].join(', ')}.`)
  process.exitCode = 1
}
