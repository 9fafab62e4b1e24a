// Bundles each published package once more as dist/index.cjs, for `require` and for test runners
// that cannot load ES modules. tsup.config.ts says how.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const packages = new URL('../packages/', import.meta.url)
const tsup = createRequire(import.meta.url).resolve('tsup/dist/cli-default.js')
const config = fileURLToPath(new URL('../tsup.config.ts', import.meta.url))

for (const name of readdirSync(packages)) {
  const manifest = new URL(`${name}/package.json`, packages)
  if (!existsSync(manifest) || JSON.parse(readFileSync(manifest, 'utf8')).private) continue
  // tsup leaves the dependencies of the package in this folder outside the bundle.
  const cwd = fileURLToPath(new URL(`${name}/`, packages))
  const command = [tsup, '--config', config]
  const { status } = spawnSync(process.execPath, command, { cwd, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
  console.log(`${name}: dist/index.cjs`)
}
