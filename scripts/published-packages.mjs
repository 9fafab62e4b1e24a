// The packages that people install, for the scripts that build, describe, pack and check them.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const packages = new URL('../packages/', import.meta.url)

/** Each published package: its name, its folder and its manifest. */
export const publishedPackages = readdirSync(packages).flatMap((name) => {
  const manifestUrl = new URL(`${name}/package.json`, packages)
  if (!existsSync(manifestUrl)) return []
  const manifest = JSON.parse(readFileSync(manifestUrl, 'utf8'))
  const folder = fileURLToPath(new URL(`${name}/`, packages))
  return manifest.private ? [] : [{ name, folder, manifest }]
})
