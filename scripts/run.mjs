// The one way in: `node scripts/run.mjs <step> [arguments]`, which npm scripts, newcomers and CI call.
// Needs Node and npm only: it brings the pinned pnpm, installs from the lockfile, then runs the step.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { pnpmCommand } from './pnpm-command.mjs'
import { transfersExamples } from './transfers-examples.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

const tsc = ['node', 'node_modules/typescript/bin/tsc']
const vitest = ['node', 'node_modules/vitest/vitest.mjs', 'run']
const biome = ['node', 'node_modules/@biomejs/biome/bin/biome']

const build = [
  ['node', 'scripts/remove-builds.mjs'],
  [...tsc, '-b'],
  ['node', 'scripts/build-commonjs.mjs'],
]

/** Each step is a list of commands; what the caller adds goes to the last one. */
const steps = {
  test: [vitest],
  check: [
    [...biome, 'ci', '--error-on-warnings'],
    [...tsc, '-b'],
    [...tsc, '-p', 'tsconfig.test.json'],
    ['node', 'node_modules/knip/bin/knip.js'],
  ],
  build,
  api: [
    [...tsc, '-b'],
    ['node', 'scripts/describe-api.mjs'],
  ],
  packages: [
    ...build,
    ['node', 'scripts/describe-api.mjs', '--check'],
    ['node', 'scripts/check-packages.mjs'],
  ],
  demo: [
    [...tsc, '-b', 'examples/demo'],
    ['node', 'examples/demo/dist/index.js'],
  ],
  examples: [
    [...tsc, '-b', ...transfersExamples],
    ['node', 'scripts/run-examples.mjs'],
  ],
  bench: [
    [...tsc, '-b', 'bench'],
    ['node', '--expose-gc', 'bench/dist/index.js'],
  ],
  mutation: [['node', 'node_modules/@stryker-mutator/core/bin/stryker.js', 'run']],
  // Builds only: scripts/m2m.mjs runs it, in the folder of its caller.
  m2m: [[...tsc, '-b', 'packages/m2m-cli']],
  fuzz: [
    [...tsc, '-b', 'fuzz'],
    ['node', 'fuzz/dist/index.js'],
  ],
}

const [step = '', ...extra] = process.argv.slice(2)
const commands = Object.hasOwn(steps, step) ? steps[step] : undefined
if (!commands) fail(`Unknown step "${step}". Steps: ${Object.keys(steps).join(', ')}.`)
requireNode()
install()
for (const [index, command] of commands.entries()) {
  run(index === commands.length - 1 ? [...command, ...extra] : command)
}

function requireNode() {
  const [wantedMajor, wantedMinor] = manifest.engines.node.match(/\d+/g).map(Number)
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major > wantedMajor || (major === wantedMajor && minor >= wantedMinor)) return
  fail(`Node ${process.versions.node} is too old: this project needs ${manifest.engines.node}.`)
}

function install() {
  run(
    [
      ...pnpmCommand(),
      'install',
      '--frozen-lockfile',
      '--prefer-offline',
      '--reporter=append-only',
      '--config.confirmModulesPurge=false',
      '--loglevel=warn',
    ],
    { quiet: true },
  )
}

/** Quiet: what the command says on stdout is shown only when it fails. */
function run([command, ...args], { quiet = false } = {}) {
  const program = command === 'node' ? process.execPath : command
  const result = spawnSync(program, args, {
    cwd: root,
    env: environment(),
    stdio: quiet ? ['ignore', 'pipe', 'inherit'] : 'inherit',
    shell: isWindows() && command !== 'node',
  })
  if (result.error) fail(`Could not start ${command}: ${result.error.message}`)
  if (result.status === 0) return
  if (quiet) process.stdout.write(result.stdout)
  process.exit(result.status ?? 1)
}

/** npm hands its own settings down as npm_config_*; pnpm would take them for its own. */
function environment() {
  const kept =
    /^npm_config_(registry|cache|userconfig|proxy|https_proxy|noproxy|cafile|ca|strict_ssl|store_dir|\/\/.*)$/i
  const entries = Object.entries(process.env)
  return Object.fromEntries(entries.filter(([key]) => !/^npm_config_/i.test(key) || kept.test(key)))
}

function isWindows() {
  return process.platform === 'win32'
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
