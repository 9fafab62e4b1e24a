import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const packages = new URL('../packages/', import.meta.url)
const published = readdirSync(packages, { encoding: 'utf8' }).filter((name) => {
  const manifest = readFileSync(new URL(`${name}/package.json`, packages), 'utf8')
  return JSON.parse(manifest).private !== true
})

/** Every name that an entry exports; type names carry the word "type". */
const namesOf = (name: string): readonly string[] => {
  const entry = readFileSync(new URL(`${name}/src/index.ts`, packages), 'utf8')
  const statements = entry.matchAll(/export (type )?\{([^}]*)\}/g)
  return [...statements]
    .flatMap(([, isType = '', list = '']) =>
      list
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
        .map((item) => (isType && !item.startsWith('type ') ? `type ${item}` : item)),
    )
    .sort()
}

it.each(published)('%s exports these names and no others', async (name) => {
  const entry = (await import(new URL(`${name}/src/index.ts`, packages).href)) as object
  const values = namesOf(name).filter((one) => !one.startsWith('type '))
  expect(Object.keys(entry).sort()).toEqual(values)
  expect(namesOf(name)).toMatchSnapshot()
})
