import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { allCauses, codeOf } from '../packages/m2m-core/src/errors/causes.js'
import { publicCodes } from '../packages/m2m-core/src/errors/codes.js'
import { configurationCodes } from '../packages/m2m-core/src/errors/configuration-error.js'

const page = readFileSync(new URL('../docs/errors.md', import.meta.url), 'utf8')
const anchors = [...page.matchAll(/^### `?(\w+)`?$/gm)].map(([, name]) => name as string)
const catalogue = [...publicCodes, ...allCauses, ...configurationCodes]

it('explains every code and cause', () => {
  expect(catalogue.filter((name) => !anchors.includes(name))).toEqual([])
})

it('explains nothing that does not exist, and nothing twice', () => {
  expect(anchors.filter((name) => !(catalogue as readonly string[]).includes(name))).toEqual([])
  expect(new Set(anchors).size).toBe(anchors.length)
})

it('files every cause under the code it is answered with', () => {
  const sections = page.split(/^## /gm)
  for (const cause of allCauses) {
    const section = sections.find((text) => text.includes(`### \`${cause}\``)) ?? ''
    expect(section.split('\n')[0], cause).toContain(`\`${codeOf(cause)}\``)
  }
})

it('says something under each anchor', () => {
  const texts = page.split(/^### /gm).slice(1)
  expect(texts.filter((text) => text.split('\n').slice(1).join(' ').trim().length < 40)).toEqual([])
})
