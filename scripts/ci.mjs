// What continuous integration runs: everything a contributor can run, on this Node and on Node 24.
// Ends with one line `N passed, N failed` that adds up every step's own count.
import { spawn } from 'node:child_process'

const steps = [
  { name: 'tests', command: ['npm', 'test'] },
  { name: 'lint, types, dead code', command: ['npm', 'run', 'check'] },
  { name: 'packages as installed', command: ['npm', 'run', 'packages'] },
  { name: 'demo', command: ['npm', 'run', 'demo'] },
  { name: 'fuzz', command: ['npm', 'run', 'fuzz', '--', '--seconds', '15'] },
  { name: 'flood of unknown keys', command: ['npm', 'run', 'bench', '--', 'keys-flood'] },
  { name: 'bounds', command: ['npm', 'run', 'bench', '--', 'bounds', '--count', '20000'] },
  {
    name: 'tests on Node 24',
    command: ['npx', '-y', '--loglevel=error', '-p', 'node@24', 'node', 'scripts/run.mjs', 'test'],
  },
]

const totals = { passed: 0, failed: 0 }
for (const { name, command } of steps) {
  console.log(`\n=== ${name}: ${command.join(' ')}`)
  const { status, output } = await run(command)
  const counted = countIn(output)
  // A step that fails before it counts anything still counts as one failure.
  const failed = status === 0 ? 0 : Math.max(1, counted.failed)
  const passed = counted.passed > 0 ? counted.passed : Number(status === 0)
  totals.passed += passed
  totals.failed += failed
  console.log(`=== ${name}: ${failed === 0 ? 'ok' : 'FAILED'} (${passed} passed, ${failed} failed)`)
}
console.log(`\n${totals.passed} passed, ${totals.failed} failed`)
process.exitCode = totals.failed === 0 ? 0 : 1

function run([program, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      process.stdout.write(chunk)
      output += chunk
    })
    child.on('error', (fault) => resolve({ status: 1, output: String(fault) }))
    child.on('close', (status) => resolve({ status, output }))
  })
}

/** Reads what a step's own closing line says; steps that print none count as one. */
function countIn(output) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
  const plain = output.replace(/\u001b\[[0-9;]*m/g, '')
  const line = plain.match(/^\s*Tests\s.*$|^\d+ passed, \d+ failed$/gm)?.at(-1) ?? ''
  const number = (word) => Number(line.match(new RegExp(`(\\d+) ${word}`))?.[1] ?? 0)
  return { passed: number('passed'), failed: number('failed') }
}
