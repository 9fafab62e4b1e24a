// Packs every published package and looks at the tarballs as people who install them would: what is
// inside, what publint and attw say, and whether the consumers in test/consumers run. Needs a build.
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { pnpmCommand } from './pnpm-command.mjs'
import { publishedPackages } from './published-packages.mjs'

const consumers = fileURLToPath(new URL('../test/consumers/', import.meta.url))
const attw = fileURLToPath(
  new URL('../node_modules/@arethetypeswrong/cli/dist/index.js', import.meta.url),
)
const temporary = mkdtempSync(join(tmpdir(), 'm2m-packages-'))
const fiveMinutes = 300_000
const results = []
process.on('exit', () => rmSync(temporary, { recursive: true, force: true }))

const tarballs = publishedPackages.map((one) => ({ ...one, tarball: pack(one) }))
for (const one of tarballs) {
  check(`${one.name}: what is inside`, contentFaults(one))
  check(`${one.name}: publint`, await publintFaults(one))
  const command = [attw, '--no-emoji', '--no-color', '--format', 'ascii', one.tarball]
  check(`${one.name}: types resolve (attw)`, faultsOf(process.execPath, command, temporary))
}
for (const entry of readdirSync(consumers, { withFileTypes: true })) {
  if (entry.isDirectory()) check(`consumer ${entry.name}`, consumerFaults(entry.name))
}

const failed = results.filter((isGood) => !isGood).length
console.log(`${results.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1

function check(what, faults) {
  results.push(faults.length === 0)
  console.log(`${faults.length === 0 ? 'ok    ' : 'FAILED'} ${what}`)
  for (const fault of faults) console.log(`       ${fault}`)
}

function pack({ name, folder }) {
  const [program, ...rest] = pnpmCommand()
  const target = join(temporary, `${name}.tgz`)
  const faults = faultsOf(program, [...rest, 'pack', '--out', target], folder)
  if (faults.length > 0) throw new Error(`${name} cannot be packed:\n${faults.join('\n')}`)
  return target
}

/** Sources, builds, maps, commands and the three texts; no test, fixture or build record. */
function contentFaults({ manifest, tarball }) {
  const listed = spawnSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).stdout
  const files = listed.trim().split('\n')
  const has = (file) => files.includes(`package/${file}`)
  const allowed =
    /^package\/(package\.json|README\.md|CHANGELOG\.md|LICENSE|bin\/.*\.js|src\/.*\.ts|schema\/.*\.json|dist\/.*\.(js|cjs|d\.ts)(\.map)?|dist\/third-party-notices\.txt|dist\/require-types\/package\.json)$/
  const needed = ['package.json', 'README.md', 'LICENSE', 'src/index.ts', 'dist/index.js']
  needed.push('dist/index.cjs', 'dist/index.d.ts', 'dist/require-types/index.d.ts')
  needed.push(...Object.values(manifest.bin ?? {}).map((file) => file.replace(/^\.\//, '')))
  if (manifest.dependencies.jose) needed.push('dist/third-party-notices.txt')
  const packed = spawnSync('tar', ['-xzOf', tarball, 'package/package.json'], { encoding: 'utf8' })
  const dependencies = Object.entries(JSON.parse(packed.stdout).dependencies)
  const built = files.filter((file) => /\/dist\/.*\.(js|cjs|d\.ts)$/.test(file))
  return [
    ...files.filter((file) => !allowed.test(file)).map((file) => `should not be packed: ${file}`),
    ...files.filter((file) => /\.test\.|fixture/.test(file)).map((file) => `a test? ${file}`),
    ...dependencies
      .filter(([, range]) => /^\d/.test(range))
      .map(([name]) => `exact version of ${name}: users could not get its fixes`),
    ...needed.filter((file) => !has(file)).map((file) => `missing: ${file}`),
    ...built.filter((file) => !files.includes(`${file}.map`)).map((file) => `no map: ${file}`),
  ]
}

async function publintFaults({ tarball }) {
  const bytes = readFileSync(tarball)
  const data = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
  const { messages, pkg } = await publint({ pack: { tarball: data }, strict: true })
  return messages.map((message) => formatMessage(message, pkg, { color: false }))
}

/** Installs the tarballs beside what the consumer asks for, then runs its own test script. */
function consumerFaults(name) {
  const folder = join(temporary, name)
  const filter = (path) => !path.includes('node_modules')
  cpSync(join(consumers, name), folder, { recursive: true, filter })
  const quiet = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error']
  const install = ['install', ...quiet, ...tarballs.map(({ tarball }) => tarball)]
  const faults = faultsOf('npm', install, folder)
  return faults.length > 0 ? faults : faultsOf('npm', ['test', '--silent'], folder)
}

/** What a command printed, if it failed. */
function faultsOf(program, args, cwd) {
  const shell = process.platform === 'win32' && program !== process.execPath
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: 'utf8',
    shell,
    timeout: fiveMinutes,
  })
  if (status === 0) return []
  return [...(error ? [String(error)] : []), ...`${stdout}\n${stderr}`.split('\n')].slice(0, 200)
}
