import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A package as it lies in the tree. */
export interface InstalledPackage {
  readonly name: string
  /** Bytes of its files, without those of its dependencies. */
  readonly size: number
  /** The file that CommonJS gets, if it names one inside of itself. */
  readonly main: string | undefined
}

interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly main?: string
  readonly files?: readonly string[]
  readonly dependencies?: Readonly<Record<string, string>>
}

/** The folder of a package, as Node finds it from another folder. */
export const packageIn = (from: string, name: string): string => {
  for (let folder = from; folder !== dirname(folder); folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name)
    if (existsSync(join(found, 'package.json'))) return realpathSync(found)
  }
  throw new Error(`${name} is not installed`)
}

/** These packages and all that they depend on; each of them once. */
export const findPackages = (folders: readonly string[]): readonly InstalledPackage[] => {
  const found = new Map<string, InstalledPackage>()
  const visit = (folder: string): void => {
    if (found.has(folder)) return
    const manifest = manifestIn(folder)
    const { name, main, dependencies = {} } = manifest
    found.set(folder, {
      name,
      size: sizeOf(folder, manifest),
      main: isOurs(folder) && main ? join(folder, main) : undefined,
    })
    for (const dependency of Object.keys(dependencies)) visit(packageIn(folder, dependency))
  }
  for (const folder of folders) visit(folder)
  return [...found.values()]
}

const manifestIn = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** Ours are links into the workspace, where more lies than is published. */
const isOurs = (folder: string): boolean => !folder.includes('node_modules')

const sizeOf = (folder: string, { files = [] }: Manifest): number => {
  if (!isOurs(folder)) return bytesIn(folder)
  const left = new Set(files.flatMap((file) => (file.startsWith('!') ? [file.slice(1)] : [])))
  const always = readdirSync(folder).filter((name) =>
    /^(?:package\.json|readme|licen[cs]e)/i.test(name),
  )
  const published = [...always, ...files.filter((file) => !file.startsWith('!'))]
  const excluded = [...left].reduce((sum, file) => sum + bytesIn(join(folder, file)), 0)
  return published.reduce((sum, file) => sum + bytesIn(join(folder, file)), -excluded)
}

const bytesIn = (path: string): number => {
  const entry = lstatSync(path, { throwIfNoEntry: false })
  if (!entry) return 0
  if (!entry.isDirectory()) return entry.isSymbolicLink() ? 0 : entry.size
  return readdirSync(path)
    .filter((name) => name !== 'node_modules')
    .reduce((sum, name) => sum + bytesIn(join(path, name)), 0)
}
