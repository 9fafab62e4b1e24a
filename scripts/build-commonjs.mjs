// The CommonJS half of every published package, for `require` and for test runners that cannot load
// ES modules: dist/index.cjs in one file (tsup.config.ts says how), and the types of the ESM half
// once more in dist/require-types, where a package.json makes TypeScript read them as CommonJS.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publishedPackages } from './published-packages.mjs'

const tsup = createRequire(import.meta.url).resolve('tsup/dist/cli-default.js')
const config = fileURLToPath(new URL('../tsup.config.ts', import.meta.url))

for (const { name, folder } of publishedPackages) {
  // tsup leaves the dependencies of the package in this folder outside the bundle.
  const command = [tsup, '--config', config]
  const { status } = spawnSync(process.execPath, command, { cwd: folder, stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
  copyTypes(join(folder, 'dist'))
  console.log(`${name}: dist/index.cjs and its types`)
}

function copyTypes(dist) {
  const target = join(dist, 'require-types')
  rmSync(target, { recursive: true, force: true })
  for (const path of readdirSync(dist, { recursive: true })) {
    if (!/\.d\.ts(\.map)?$/.test(path)) continue
    const text = readFileSync(join(dist, path), 'utf8')
    mkdirSync(dirname(join(target, path)), { recursive: true })
    writeFileSync(join(target, path), path.endsWith('.map') ? oneLevelDeeper(text) : text)
  }
  writeFileSync(join(target, 'package.json'), '{ "type": "commonjs" }\n')
}

/** Editors follow these maps from a type to its source. */
function oneLevelDeeper(map) {
  const { sources, ...rest } = JSON.parse(map)
  return JSON.stringify({ ...rest, sources: sources.map((source) => `../${source}`) })
}
