import { describe, expect, it } from 'vitest'
import { signatureChanges } from '../src/changes/change-signature.js'
import { hmacSecrets } from '../src/changes/hmac-with.js'
import { ownKeys } from '../src/changes/own-key.js'
import { spellings } from '../src/changes/respell.js'
import { hostileCases, positiveCases } from '../src/index.js'

const all = [...hostileCases, ...positiveCases]

const repeated = (texts: readonly string[]): string[] =>
  texts.filter((text, index) => texts.indexOf(text) !== index)

describe('the corpus', () => {
  it('has at least 60 hostile cases', () => {
    expect(hostileCases.length).toBeGreaterThanOrEqual(60)
    expect(positiveCases.length).toBeGreaterThan(0)
  })

  it('has no id and no change twice', () => {
    expect(repeated(all.map(({ id }) => id))).toEqual([])
    expect(repeated(all.map(({ change }) => JSON.stringify(change)))).toEqual([])
  })

  it('keeps members named __proto__ as members', () => {
    const changes = JSON.stringify(all.map(({ change }) => change))
    expect(changes.match(/"__proto__":/g)?.length).toBeGreaterThan(2)
  })

  it.each([
    ['hmacWith', hmacSecrets],
    ['ownKey', ownKeys],
    ['signature', signatureChanges],
    ['spelling', spellings],
  ])('uses every name of %s and no other', (kind, table) => {
    const used = all.flatMap(({ change }) => Object.entries(change))
    const names = used.filter(([name]) => name === kind).map(([, value]) => value)
    expect(names.sort()).toEqual(Object.keys(table).sort())
  })

  it('expects of each code one status and one challenge', () => {
    const answers = new Set(hostileCases.map(({ expect }) => JSON.stringify(expect)))
    const codes = new Set(hostileCases.map(({ expect }) => expect.code))
    expect(answers.size).toBe(codes.size)
  })
})
