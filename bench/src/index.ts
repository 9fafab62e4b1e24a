import { runComparison } from './comparison/comparison.js'
import { runBounds } from './floods/bounds.js'
import { runKeysFlood } from './floods/keys-flood.js'
import { runPlots } from './plots/plots.js'
import { runPolicies } from './policies/policies.js'
import { loadOnce, runLoadOnce } from './policies/policy-load.js'
import { runQuota } from './quotas/quota.js'
import { runQuotaRedis } from './quotas/quota-redis.js'

/** Measures and prints; answers whether every bound was kept. */
type Scenario = (args: readonly string[]) => Promise<boolean>

const withoutArguments =
  (run: () => Promise<boolean>): Scenario =>
  async (args) => {
    if (args.length === 0) return run()
    console.error(`expected nothing behind the name of this bench, got ${args.join(' ')}`)
    return false
  }

const usual = 'comparison'
const scenarios: ReadonlyMap<string, Scenario> = new Map([
  [usual, runComparison],
  ['plots', runPlots],
  ['keys-flood', withoutArguments(runKeysFlood)],
  ['bounds', runBounds],
  ['policies', runPolicies],
  // What `policies` starts, and nobody else.
  [loadOnce, runLoadOnce],
  ['quota', withoutArguments(runQuota)],
  ['quota-redis', runQuotaRedis],
])

const named = [...scenarios.keys()].filter((one) => one !== loadOnce)
const given = process.argv.slice(2)
// Options alone are those of the usual one.
const [name = usual, ...args] = given[0]?.startsWith('-') ? [usual, ...given] : given
const scenario = scenarios.get(name)
if (scenario) {
  process.exitCode = (await scenario(args)) ? 0 : 1
} else {
  console.error(`Unknown bench "${name}". There are: ${named.join(', ')}.`)
  process.exitCode = 1
}
