import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const folder = new URL('../examples/', import.meta.url)
const examples = readdirSync(folder).filter((name) => name.endsWith('-transfers'))
const read = (name: string, file: string): string =>
  readFileSync(new URL(`${name}/${file}`, folder), 'utf8')

type Hunk = readonly string[]

/** The diffs of a README, line by line. */
const hunksOf = (readme: string): readonly Hunk[] =>
  [...readme.matchAll(/^```diff\n([\s\S]*?)^```/gm)].map(([, diff = '']) =>
    diff.split('\n').slice(0, -1),
  )

const isAdded = (line: string): boolean => line.startsWith('+')
const asText = (lines: Hunk): string => lines.map((line) => `${line.slice(1)}\n`).join('')

/** Puts the added lines in; a hunk goes where its other lines stand, once, after the last hunk. */
const apply = (text: string, hunks: readonly Hunk[]): string => {
  let [done, rest] = ['', text]
  for (const hunk of hunks) {
    const kept = asText(hunk.filter((line) => !isAdded(line)))
    const [before, after, ...others] = rest.split(kept)
    if (after === undefined || others.length > 0) throw new Error(`Where does this go?\n${kept}`)
    done += before + asText(hunk)
    rest = after
  }
  return done + rest
}

describe('the transfers examples', () => {
  it('are there for every adapter', () => {
    const adapters = readdirSync(new URL('../packages/', import.meta.url))
      .map((name) => name.match(/^(express|koa|fastify)-m2m$/)?.[1])
      .filter((name) => name !== undefined)
    expect(examples).toEqual(adapters.map((name) => `${name}-transfers`))
    expect(examples).toHaveLength(3)
  })

  describe.each(examples)('%s', (name) => {
    const existing = read(name, 'src/existing-api.ts')
    const extended = read(name, 'src/api-with-services.ts')
    const hunks = hunksOf(read(name, 'README.md'))

    it('has an existing API that knows nothing of services', () => {
      expect(existing).not.toMatch(/m2m|service|internal/i)
    })

    it('shows in its README additions and nothing else', () => {
      expect(hunks.length).toBeGreaterThan(2)
      expect(hunks.flat().filter((line) => !/^([ +]|$)/.test(line))).toEqual([])
    })

    it('has an API with services that is the existing one and the lines of the README', () => {
      expect(apply(existing, hunks)).toBe(extended)
    })

    it('could not leave a line out of the README', () => {
      for (const [index, hunk] of hunks.entries()) {
        for (const left of hunk.filter(isAdded)) {
          const less = hunk.filter((line) => line !== left)
          expect(apply(existing, hunks.with(index, less))).not.toBe(extended)
        }
      }
    })
  })
})
