import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as providers from '../packages/m2m-core/src/options/providers.js'
import { profiles } from '../packages/m2m-core/src/principal/profiles/profiles.js'
import { root } from './doc-snippets/find-snippets.js'
import { askGuard } from './identity-providers/ask-guard.js'
import { document, issuersOf, loadOptions } from './identity-providers/load-options.js'
import { readRows, readSections, type Section } from './identity-providers/read-sections.js'

const page = readFileSync(join(root, document), 'utf8')
const sections = readSections(page)
const rows = readRows(page)
const blocks = sections.flatMap(({ title, blocks }) =>
  blocks.map((block, index) => ({ ...block, name: `${title}, options ${index + 1}` })),
)

const sectionOf = (anchor: string): Section => {
  const found = sections.find((section) => section.anchor === anchor)
  if (!found) throw new Error(`${document} has no section #${anchor}`)
  return found
}

const profilesIn = async ({ blocks }: Section): Promise<readonly string[]> => {
  const options = await Promise.all(blocks.map((block) => loadOptions(block.options)))
  return options.flatMap(issuersOf).map(({ profile }) => profile ?? 'rfc9068')
}

describe('the page on identity providers', () => {
  it('says once, before all else, that nobody tried it on a live tenant', () => {
    expect(page.split('confirmed on a live tenant').length).toBe(2)
    expect(page.indexOf('live tenant')).toBeLessThan(page.indexOf('\n## '))
  })

  it('has a row in its table for every profile, and none twice', () => {
    expect(rows.map(({ profile }) => profile).sort()).toEqual([...profiles.keys()].sort())
    expect(new Set(rows.map(({ anchor }) => anchor)).size).toBe(rows.length)
  })

  it.each(rows)('has a section #$anchor with options of profile $profile', async (row) => {
    expect(new Set(await profilesIn(sectionOf(row.anchor)))).toEqual(new Set([row.profile]))
  })

  it.each(rows)('shows a token after all options of #$anchor', ({ anchor }) => {
    const { blocks } = sectionOf(anchor)
    expect(blocks.length).toBeGreaterThan(0)
    expect(blocks.filter(({ examples }) => examples.length === 0)).toEqual([])
  })

  it.each(rows)('says what goes wrong in #$anchor', ({ anchor }) => {
    const [, list = ''] = sectionOf(anchor).text.split('What goes wrong:')
    expect(list.match(/^- /gm) ?? []).not.toEqual([])
  })

  it('names in its table the helper that each section calls, and calls every helper', () => {
    const helpers = Object.keys(providers)
    for (const { anchor, helper } of rows) {
      const code = sectionOf(anchor).blocks.map(({ options }) => options.code)
      const called = code.map((text) => helpers.filter((name) => text.includes(`...${name}({`)))
      expect(called, anchor).toEqual(code.map(() => (helper ? [helper] : [])))
    }
    expect(new Set(rows.flatMap(({ helper }) => helper ?? []))).toEqual(new Set(helpers))
  })

  it('links to no section that it does not have', () => {
    const links = [...page.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor = '']) => anchor)
    expect(links.length).toBeGreaterThan(0)
    expect(
      links.filter((anchor) => !sections.some((section) => section.anchor === anchor)),
    ).toEqual([])
  })
})

describe.each(blocks)('$name', ({ options, examples }) => {
  const named = examples.map((example, index) => ({ example, number: index + 1 }))

  it.each(named)('make of token $number what the page says', async ({ example }) => {
    const { service, refused } = example
    expect(await askGuard(await loadOptions(options), example)).toEqual(
      service ? { service } : { refused },
    )
  })
})

describe('reading the page', () => {
  const example = '```json\n{ "header": {}, "claims": {}, "service": {} }\n```\n'
  const options = '```ts\ncreateM2M({})\n```\n'

  it('finds examples under the options before them', () => {
    const [section] = readSections(
      `# P\n\n## One, Two & 2.6\n\n${options}${example}${example}${options}`,
    )
    expect(section?.anchor).toBe('one-two--26')
    expect(section?.blocks.map(({ examples }) => examples.length)).toEqual([2, 0])
  })

  it.each([
    ['before any options', `## A\n${example}`],
    [
      'that states no outcome',
      `## A\n${options}\`\`\`json\n{ "header": {}, "claims": {} }\n\`\`\`\n`,
    ],
    ['that is no token', `## A\n${options}\`\`\`json\n{ "session": {}, "service": {} }\n\`\`\`\n`],
  ])('refuses an example %s', (_which, markdown) => {
    expect(() => readSections(markdown)).toThrow('A: ')
  })
})
