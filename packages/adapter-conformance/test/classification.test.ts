import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { createTestIssuer } from 'm2m-testkit'
import { describe, expect, it } from 'vitest'
import { readToken } from '../src/compact-token.js'
import {
  type ClassifiedToken,
  classAnswers,
  classifiedProfiles,
  readClassification,
} from '../src/index.js'
import { checkClassification } from '../src/read-classification.js'

const tokens = readClassification()
const issuer = await createTestIssuer()

/** What the row starts from, and what it makes of it. */
const bothOf = async ({ token, header, claims }: ClassifiedToken) => ({
  before: readToken(await issuer.mint[token]()),
  after: readToken(await issuer.mint[token]({ header, claims })),
})

describe('the classification', () => {
  it.each(classifiedProfiles)('expects each class of some token of %s', (profile) => {
    const classes = tokens.filter((one) => one.profile === profile).map((one) => one.expect)
    expect([...new Set(classes)].sort()).toEqual(Object.keys(classAnswers).sort())
    expect(classes.length).toBeGreaterThan(20)
  })

  it.each(classifiedProfiles)(
    'tries each sign of a person under %s, and calls none a service',
    (name) => {
      const signs = ['given_name', 'family_name', 'upn', 'unique_name', 'amr', 'cognito:groups']
      for (const sign of [...signs, 'username', 'uid', 'user_id']) {
        const withSign = tokens.filter(
          ({ profile, claims }) => profile === name && claims[sign] !== undefined,
        )
        expect(withSign.length, sign).toBeGreaterThan(0)
        expect(withSign.filter((one) => one.expect === 'service')).toEqual([])
      }
    },
  )

  it.each(classifiedProfiles)('changes something of every token of %s', async (name) => {
    const faults: string[] = []
    for (const row of tokens.filter(({ profile }) => profile === name)) {
      const { before, after } = await bothOf(row)
      for (const part of ['header', 'claims'] as const) {
        for (const [member, value] of Object.entries(row[part])) {
          const [was, is] = [before[part][member], after[part][member]]
          if (isDeepStrictEqual(was, value)) faults.push(`${row.id}: ${member} is so anyway`)
          if (!isDeepStrictEqual(is, value)) faults.push(`${row.id}: ${member} does not become so`)
        }
      }
    }
    expect(faults).toEqual([])
  })

  it.each(classifiedProfiles)('says of every change for %s which member decides', async (name) => {
    const vague: string[] = []
    for (const row of tokens.filter(({ profile }) => profile === name)) {
      const { before, after } = await bothOf(row)
      const parts = [row.header, row.claims, before.header, before.claims, after.claims]
      const members = parts.flatMap((part) => Object.keys(part))
      const isChanged = Object.keys({ ...row.header, ...row.claims }).length > 0
      const words = row.why.split(/[ ,;]+|: |:$|\.(?=username)/)
      const isNamed = words.some((word) => members.includes(word))
      if (isChanged && !isNamed) vague.push(`${row.id}: ${row.why}`)
    }
    expect(vague).toEqual([])
  })

  it('has no token twice for one profile', () => {
    const written = tokens.map(({ profile, token, header, claims }) =>
      JSON.stringify([profile, token, header, claims], (_name, value) => value ?? `${value}`),
    )
    expect(written.filter((one, index) => written.indexOf(one) !== index)).toEqual([])
  })
})

describe('a malformed classification', () => {
  type Row = Record<string, unknown>
  const rows = JSON.parse(
    readFileSync(new URL('../src/classification.json', import.meta.url), 'utf8'),
  )
  const row = { id: 'okta-x', profile: 'okta', token: 'okta', expect: 'service', why: 'x' }
  const withRow = (more: Row) => () => checkClassification([...rows, { ...row, ...more }])

  it('is told from a good one', () => {
    expect(withRow({})()).toHaveLength(tokens.length + 1)
  })

  it.each<[string, Row]>([
    ['okta-service: twice', { id: 'okta-service' }],
    ['okta-x-uid: twice', { id: 'okta-x', each: { uid: 1, UID: 2 } }],
    ['okta_x: id is not in kebab-case', { id: 'okta_x' }],
    ['other-x: id does not begin with okta-', { id: 'other-x' }],
    ['okta-x: profile is unknown', { profile: 'oktal' }],
    ['okta-x: profile is unknown', { profile: undefined }],
    ['okta-x: token is no method of mint', { token: 'service' }],
    ['okta-x: token is no method of mint', { token: 'toString' }],
    ['okta-x: expect is no class', { expect: 'machine' }],
    ['okta-x: expect is no class', { expect: 'toString' }],
    ['okta-x: why is missing', { why: '' }],
    ['okta-x: whenPinned is unknown', { whenPinned: 'unknown' }],
    ['okta-x: whenPinned says nothing new', { expect: 'other-kind', whenPinned: 'other-kind' }],
    ['okta-x: header, claims and each are objects', { claims: {} }],
    ['okta-x: header, claims and each are objects', { header: 'JWT' }],
    ['okta-x: header, claims and each are objects', { each: [] }],
    ['okta-x: claim is no member of a row', { claim: { uid: 1 } }],
  ])('fails: %s', (fault, more) => {
    expect(withRow(more)).toThrow(fault)
  })

  it.each(['service', 'user', 'id-token', 'delegated'])('fails without a row %s', (end) => {
    const id = `keycloak-before-26-2-${end}`
    const without = rows.filter((one: Row) => one['id'] !== id)
    expect(() => checkClassification(without)).toThrow(`${id}: no such row`)
    const wrong = rows.map((one: Row) => (one['id'] === id ? { ...one, expect: 'unknown' } : one))
    expect(() => checkClassification(wrong)).toThrow(`${id}: no such row`)
  })

  it('fails when it is no list', () => {
    expect(() => checkClassification({})).toThrow('okta-user: no such row')
  })
})
