import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { signatureChanges } from '../src/changes/change-signature.js'
import { hmacSecrets } from '../src/changes/hmac-with.js'
import { ownKeys } from '../src/changes/own-key.js'
import { spellings } from '../src/changes/respell.js'
import { guardedPath } from '../src/conformance-target.js'
import { hostileCases, positiveCases } from '../src/index.js'

const all = [...hostileCases, ...positiveCases]

const repeated = (texts: readonly string[]): string[] =>
  texts.filter((text, index) => texts.indexOf(text) !== index)

/** Rows of the threat table that no single changed request can show, and why. */
const notHere: Readonly<Record<string, string>> = {
  35: 'no DPoP proof is accepted, so none is read',
  36: 'there is no replay store',
  38: 'tokens are verified locally, never by introspection',
  39: 'tokens are verified locally, never by introspection',
  40: 'there are no API keys',
  41: 'needs time to pass after a token was admitted',
  42: 'needs the issuer to withdraw a key',
  43: 'needs two questions to one guard',
  44: 'needs the issuer to fail and recover',
  45: 'needs a flood',
  46: 'needs a flood',
  47: 'needs the issuer to fail',
  48: 'needs the issuer to fail at the start',
  49: 'needs a clock that steps',
  50: 'needs many requests at once',
  51: 'there is no external engine',
  52: 'there is no external engine',
  53: 'there is no store',
  55: 'there are no quota headers',
  56: 'needs a sink that fails',
  57: 'checked with every case: its record, its log, its response',
  58: 'needs a restart under load',
  59: 'needs connections that break off',
  60: 'is about versions, not requests',
}

const threats: Readonly<Record<string, string>> = JSON.parse(
  readFileSync(new URL('../src/threats.json', import.meta.url), 'utf8'),
)

describe('the corpus', () => {
  it.each(Object.entries(threats))('row %s, %s: three cases or a reason', (row) => {
    const cases = hostileCases.filter(({ threat }) => String(threat) === row)
    if (Object.hasOwn(notHere, row)) expect(cases).toEqual([])
    else expect(cases.length).toBeGreaterThanOrEqual(3)
  })

  it('covers the rows on tokens and requests: 1 to 34, 37 and 54', () => {
    const applicable = Object.keys(threats).filter((row) => !Object.hasOwn(notHere, row))
    const rows = Array.from({ length: 34 }, (_, index) => String(index + 1))
    expect(applicable).toEqual([...rows, '37', '54'])
  })

  it('lets another than the guard answer only what no guard may see', () => {
    const excused = hostileCases.filter(({ expect }) => expect.orUnrouted)
    const rows = new Set(excused.map(({ threat }) => threat))
    expect([...rows].sort()).toEqual([28, 30, 31])
    const withToken = excused.filter(
      ({ threat, change }) => threat !== 28 && !('withoutToken' in change),
    )
    expect(withToken).toEqual([])
  })

  it('row 31: excuses nobody who asks for the guarded path itself, whatever the method', () => {
    const direct = hostileCases.filter(({ threat, change }) => {
      const { target = guardedPath } = 'withoutToken' in change ? change.withoutToken : {}
      return threat === 31 && String(target).split('?')[0] === guardedPath
    })
    expect(direct.length).toBeGreaterThan(10)
    // Node 20.19.0 has no such method: its parser answers.
    const excused = direct.filter(({ expect }) => expect.orUnrouted).map(({ id }) => id)
    expect(excused).toEqual(['method-query'])
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
    const answers = new Set(
      hostileCases.map(({ expect: { status, code, challenge } }) =>
        JSON.stringify([status, code, challenge]),
      ),
    )
    const codes = new Set(hostileCases.map(({ expect }) => expect.code))
    expect(answers.size).toBe(codes.size)
  })
})
