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
  addLicences(folder)
  console.log(`${name}: dist/index.cjs and its types`)
}

/** What is bundled goes with its licence. */
function addLicences(folder) {
  const { outputs } = JSON.parse(readFileSync(join(folder, 'dist/metafile-cjs.json'), 'utf8'))
  rmSync(join(folder, 'dist/metafile-cjs.json'))
  const inputs = Object.values(outputs).flatMap((output) => Object.keys(output.inputs))
  const bundled = new Set(
    inputs.flatMap(
      (path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules)/)?.[1] ?? [],
    ),
  )
  const texts = [...bundled].map((name) => {
    const root = dirname(
      createRequire(join(folder, 'package.json')).resolve(`${name}/package.json`),
    )
    const file = readdirSync(root).find((one) => /^licen[cs]e/i.test(one))
    if (!file) throw new Error(`${name} is bundled and has no licence file`)
    return `${name}\n\n${readFileSync(join(root, file), 'utf8')}`
  })
  if (texts.length > 0)
    writeFileSync(join(folder, 'dist/third-party-notices.txt'), texts.join('\n'))
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
