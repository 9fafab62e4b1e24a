import { describe, expect, it } from 'vitest'
import {
  differs,
  either,
  has,
  is,
  lacks,
  looks,
  orElse,
  type Sign,
  same,
  signsOfPeople,
} from '../../src/principal/signs.js'
import type { JsonObject } from '../../src/token/compact.js'

const form = looks('sub', /^[a-z]+$/, 'is lower case')

describe('what a sign sees', () => {
  it.each<[Sign, yes: readonly JsonObject[], no: readonly JsonObject[]]>([
    [
      has('sid'),
      [{ sid: 's' }, { sid: '' }, { sid: null }, { sid: undefined }],
      [{}, { SID: 's' }],
    ],
    [lacks('sid'), [{}, { SID: 's' }], [{ sid: 's' }, { sid: null }]],
    [is('a', 'x'), [{ a: 'x' }], [{}, { a: 'X' }, { a: 'x ' }, { a: ['x'] }, { a: null }]],
    [form, [{ sub: 'abc' }], [{}, { sub: 'ABC' }, { sub: '' }, { sub: ['abc'] }, { sub: 7 }]],
    [
      same('a', 'b'),
      [{ a: 'x', b: 'x' }],
      [{}, { a: 'x' }, { a: 'x', b: 'X' }, { a: '', b: '' }, { a: 7, b: 7 }, { a: null, b: null }],
    ],
    [
      differs('a', 'b'),
      [{ a: 'x', b: 'y' }],
      [{}, { a: 'x' }, { a: 'x', b: 'x' }, { a: 'x', b: '' }, { a: 7, b: 8 }, { a: 'x', b: null }],
    ],
    [either(has('a'), has('b')), [{ a: 1 }, { b: 1 }, { a: 1, b: 1 }], [{}, { c: 1 }]],
    [either(), [], [{}, { a: 1 }]],
    [orElse(has('a'), 'add a'), [{ a: 1 }], [{}]],
  ])('$says', ({ shows }, yes, no) => {
    for (const claims of yes) expect(shows(claims)).toBe(true)
    for (const claims of no) expect(shows(claims)).toBe(false)
  })

  it('the same list is not the same text', () => {
    const list = ['x']
    expect(same('a', 'b').shows({ a: list, b: list })).toBe(false)
  })

  it.each([has('constructor'), is('toString', 'x'), looks('__proto__', /./, 'is text')])(
    'rule 8: no name that every object knows: $says',
    ({ shows }) => {
      expect(shows({})).toBe(false)
    },
  )

  it('rule 8: what a prototype lends is not there', () => {
    const lent = Object.create({ a: 'x', b: 'x', sub: 'abc' }) as JsonObject
    for (const { shows } of [has('a'), is('a', 'x'), form, same('a', 'b')]) {
      expect(shows(lent)).toBe(false)
    }
    expect(lacks('a').shows(lent)).toBe(true)
    const other = Object.create({ a: 'x', b: 'y' }) as JsonObject
    expect(differs('a', 'b').shows(other)).toBe(false)
  })
})

describe('rule 7: what a sign says', () => {
  it.each<[Sign, string]>([
    [has('sid'), 'claim "sid" is present'],
    [lacks('sid'), 'claim "sid" is absent'],
    [is('a', 'x'), 'claim "a" is "x"'],
    [form, 'claim "sub" is lower case'],
    [same('a', 'b'), 'claim "a" is claim "b"'],
    [differs('a', 'b'), 'claim "a" is not claim "b"'],
    [either(has('a'), lacks('b')), 'claim "a" is present or claim "b" is absent'],
  ])('%#: $says', ({ says, remedy }, expected) => {
    expect(says).toBe(expected)
    expect(remedy).toBeUndefined()
  })

  it('orElse adds what to do and leaves the rest', () => {
    const sign = has('sid')
    expect(orElse(sign, 'add sid')).toEqual({ ...sign, remedy: 'add sid' })
    expect(sign).not.toHaveProperty('remedy')
  })
})

it('the signs of people are no claims that services have been seen with', () => {
  const machine = {
    auth_time: 1_761_379_200,
    preferred_username: 'service-account-billing',
    email_verified: false,
    acr: '1',
    roles: ['admin'],
    oid: '72243241',
    groups: ['admins'],
    scope: 'openid profile email',
    sid: 's',
    user: 'x',
  }
  expect(signsOfPeople.filter(({ shows }) => shows(machine))).toEqual([])
  expect(signsOfPeople.map(({ says }) => says)).toEqual([
    'claim "given_name" is present',
    'claim "family_name" is present',
    'claim "upn" is present',
    'claim "unique_name" is present',
    'claim "amr" is present',
    'claim "username" is present',
    'claim "uid" is present',
    'claim "user_id" is present',
    'claim "cognito:groups" is present',
  ])
})
