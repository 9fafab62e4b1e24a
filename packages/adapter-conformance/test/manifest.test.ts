import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { differences } from '../src/differences.js'
import { allCases, manifest } from '../src/manifest.js'

const contributing = readFileSync(new URL('../../../CONTRIBUTING.md', import.meta.url), 'utf8')

describe('the manifest', () => {
  it.each(Object.entries(manifest))('shows %s', (_id, { says, source, cases }) => {
    expect(says.length).toBeGreaterThan(10)
    expect(source).toMatch(/^(?:(?:RFC \d{4} §\d+(?:\.\d+)*|rule \d+)(?:, |$))+$/)
    expect(cases.length).toBeGreaterThan(0)
  })

  it('holds every case, each under one id', () => {
    expect(allCases.filter(([requirement]) => !Object.hasOwn(manifest, requirement))).toEqual([])
    expect(new Set(allCases.map(([, id]) => id)).size).toBe(allCases.length)
    expect(Object.values(manifest).flatMap(({ cases }) => cases)).toHaveLength(allCases.length)
  })

  it('names rules that CONTRIBUTING.md states', () => {
    const [, rules = ''] = contributing.split('## Rules that hold')
    const numbers = Object.values(manifest).flatMap(({ source }) =>
      [...source.matchAll(/rule (\d+)/g)].map(([, number]) => Number(number)),
    )
    expect(numbers.length).toBeGreaterThan(10)
    for (const number of numbers) expect(rules).toMatch(new RegExp(`^${number}\\. \\*\\*`, 'm'))
  })
})

describe('the list of differences', () => {
  const folder = new URL('../src/scenarios/', import.meta.url)
  const sources = readdirSync(folder)
    .map((file) => readFileSync(new URL(file, folder), 'utf8'))
    .join('\n')

  it.each(Object.entries(differences))('%s has a reason and a scenario', (id, reason) => {
    expect(reason.length).toBeGreaterThan(40)
    expect(sources).toContain(`difference: '${id}'`)
  })
})
