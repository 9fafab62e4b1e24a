import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const core = join(root, 'packages/m2m-core/src')

/** The line: a folder imports only folders to its left. Folders in one group do not meet. */
const order = [
  ['errors', 'clock'],
  ['http'],
  ['credential'],
  ['token'],
  ['principal'],
  ['scope'],
  ['quota'],
  ['policy'],
  ['decision'],
  ['audit'],
  ['pipeline'],
  ['options'],
  ['m2m'],
  ['index.ts'],
]
const rankOf = (folder: string): number => order.findIndex((group) => group.includes(folder))

interface Import {
  readonly from: string
  readonly specifier: string
}

const sourcesOf = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))

const importsOf = (file: string): readonly Import[] => {
  const found = readFileSync(file, 'utf8').matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)
  return [...found].map(([, specifier = '']) => ({ from: file, specifier }))
}

const packages = readdirSync(join(root, 'packages'), { encoding: 'utf8' })
const packageSources = (name: string): readonly string[] =>
  sourcesOf(join(root, 'packages', name, 'src'))
const coreImports = sourcesOf(core).flatMap(importsOf)
const folderOf = (file: string): string => relative(core, file).split('/')[0] ?? ''

describe('the import order of m2m-core', () => {
  const inside = coreImports.filter(({ specifier }) => specifier.startsWith('.'))

  it('is derived from sources that were really read', () => {
    expect(sourcesOf(core).length).toBeGreaterThan(40)
    expect(inside.length).toBeGreaterThan(100)
    expect(new Set(inside.map(({ from }) => folderOf(from))).size).toBeGreaterThan(10)
  })

  it('knows every folder', () => {
    const unknown = sourcesOf(core).filter((file) => rankOf(folderOf(file)) < 0)
    expect(unknown).toEqual([])
  })

  it('goes from right to left only', () => {
    const wrong = inside
      .map(({ from, specifier }) => ({
        from: relative(core, from),
        to: relative(core, resolve(dirname(from), specifier)),
      }))
      .filter(({ from, to }) => {
        const [here = '', there = ''] = [from.split('/')[0], to.split('/')[0]]
        return here !== there && rankOf(here) <= rankOf(there)
      })
    expect(wrong).toEqual([])
  })

  it('would notice an import to the right', () => {
    expect(rankOf('token')).toBeLessThan(rankOf('principal'))
    expect(rankOf('errors')).toBe(rankOf('clock'))
  })
})

describe('what packages import', () => {
  const more: Readonly<Record<string, readonly string[]>> = {
    'adapter-conformance': ['m2m-testkit'],
    'm2m-cli': ['m2m-policy'],
  }

  it('m2m-core imports nothing of ours', () => {
    const ours = coreImports.filter(({ specifier }) =>
      packages.includes(specifier.split('/')[0] ?? ''),
    )
    expect(ours).toEqual([])
  })

  it.each(packages.filter((name) => name !== 'm2m-core'))(
    '%s goes through front doors only',
    (name) => {
      const allowed = ['m2m-core', ...(more[name] ?? [])]
      const ours = packageSources(name)
        .flatMap(importsOf)
        .filter(({ specifier }) => packages.includes(specifier.split('/')[0] ?? ''))
      expect(ours.filter(({ specifier }) => !allowed.includes(specifier))).toEqual([])
      const outside = packageSources(name)
        .flatMap(importsOf)
        .filter(({ from, specifier }) => {
          const target = resolve(dirname(from), specifier)
          return (
            specifier.startsWith('.') && !target.startsWith(join(root, 'packages', name, 'src'))
          )
        })
      expect(outside).toEqual([])
    },
  )

  it.each([
    ['@casl/ability', 'policy/ability.ts'],
    ['jose', 'token/'],
    ['lru-cache', ''],
  ])('%s is imported only from %s', (dependency, place) => {
    const importers = coreImports.filter(({ specifier }) => specifier === dependency)
    expect(importers.length).toBeGreaterThan(0)
    expect(importers.filter(({ from }) => !relative(core, from).startsWith(place))).toEqual([])
  })
})

describe('habits', () => {
  const all = packages.flatMap(packageSources)

  it('keeps no drawers', () => {
    const drawers = all.filter((file) =>
      /\/(utils?|helpers?|common|shared|misc|types)(\.ts|\/)/.test(file),
    )
    expect(drawers).toEqual([])
  })

  it('re-exports by name', () => {
    expect(all.filter((file) => /export \*/.test(readFileSync(file, 'utf8')))).toEqual([])
  })

  it('reads the environment in one file', () => {
    const readers = all.filter((file) => readFileSync(file, 'utf8').includes('process.env'))
    const inCode = readers.map((file) => relative(root, file))
    expect(inCode).toEqual(['packages/m2m-core/src/options/environment.ts'])
  })

  it.each(packages.filter((name) => /^(express|koa|fastify)-m2m$/.test(name)))(
    '%s stays within 120 lines of code of 100 columns',
    (name) => {
      const lines = packageSources(name).flatMap((file) => readFileSync(file, 'utf8').split('\n'))
      const code = lines.filter((line) => !/^\s*(\/\/|\/?\*|$)/.test(line))
      expect(code.length).toBeGreaterThan(20)
      expect(code.length).toBeLessThanOrEqual(120)
      expect(code.filter((line) => line.length > 100)).toEqual([])
    },
  )
})
