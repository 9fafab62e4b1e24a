// What continuous integration runs: everything a contributor can run, on this Node and on Node 24.
// Ends with one line `N passed, N failed` that adds up every step's own count.
import { runAndCount } from './run-and-count.mjs'

const steps = [
  { name: 'redis-server', command: ['node', 'scripts/install-redis.mjs'] },
  { name: 'tests', command: ['npm', 'test'] },
  { name: 'lint, types, dead code', command: ['npm', 'run', 'check'] },
  { name: 'packages as installed', command: ['npm', 'run', 'packages'] },
  {
    name: 'policy of the example',
    command: ['node', 'scripts/m2m.mjs', 'policy', 'test', 'examples/policies'],
  },
  { name: 'demo', command: ['npm', 'run', 'demo'] },
  { name: 'examples', command: ['npm', 'run', 'examples'] },
  { name: 'fuzz', command: ['npm', 'run', 'fuzz', '--', '--seconds', '15'] },
  { name: 'flood of unknown keys', command: ['npm', 'run', 'bench', '--', 'keys-flood'] },
  {
    name: 'cheaper than the peers',
    command: ['npm', 'run', 'bench', '--', '--quick', '--relations'],
  },
  { name: 'bounds', command: ['npm', 'run', 'bench', '--', 'bounds', '--count', '20000'] },
  {
    name: 'quotas while Redis fails',
    command: ['npm', 'run', 'bench', '--', 'quota-redis', '--quick'],
  },
  {
    name: 'tests on Node 24',
    // Laws and comparisons hold of our code, whichever Node runs it: once is enough.
    command: [
      ...['npx', '-y', '--loglevel=error', '-p', 'node@24', 'node', 'scripts/run.mjs', 'test'],
      ...['--exclude', '**/*.properties.test.ts', '--exclude', '**/differential.test.ts'],
    ],
  },
]

// Tests that need a Redis are skipped where there is none, but not here.
process.env.M2M_REQUIRE_REDIS = '1'

const totals = { passed: 0, failed: 0 }
for (const { name, command } of steps) {
  console.log(`\n=== ${name}: ${command.join(' ')}`)
  const { status, ...counted } = await runAndCount(command)
  // A step that fails before it counts anything still counts as one failure, and one that passes
  // and prints no count as one pass.
  const failed = status === 0 ? 0 : Math.max(1, counted.failed)
  const passed = counted.passed > 0 ? counted.passed : Number(status === 0)
  totals.passed += passed
  totals.failed += failed
  console.log(`=== ${name}: ${failed === 0 ? 'ok' : 'FAILED'} (${passed} passed, ${failed} failed)`)
}
console.log(`\n${totals.passed} passed, ${totals.failed} failed`)
process.exitCode = totals.failed === 0 ? 0 : 1
