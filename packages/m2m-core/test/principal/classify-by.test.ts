import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classifyBy } from '../../src/principal/classify-by.js'
import { has, is, lacks, orElse } from '../../src/principal/signs.js'
import type { JsonObject } from '../../src/token/compact.js'

const { classify, looksLikeService } = classifyBy({
  user: [has('person'), has('other')],
  service: [is('kind', 'app'), orElse(has('client'), 'add the claim client'), lacks('odd')],
})
const service = { kind: 'app', client: 'billing' }
const kindOf = (claims: JsonObject): string => classify(claims).kind

describe('rule 3: how signs decide', () => {
  it('all signs of a service together make one', () => {
    expect(classify(service)).toEqual({
      kind: 'service',
      evidence: 'claim "kind" is "app", claim "client" is present, claim "odd" is absent',
    })
  })

  it('the first that is missing leaves it unknown, with what to do about it', () => {
    expect(classify({ client: 'billing' })).toEqual({
      kind: 'unknown',
      evidence: 'not so: claim "kind" is "app", got nothing',
    })
    expect(classify({ kind: 'app' })).toEqual({
      kind: 'unknown',
      evidence: 'not so: claim "client" is present',
      remedy: 'add the claim client',
    })
    expect(classify({ ...service, odd: null })).toEqual({
      kind: 'unknown',
      evidence: 'not so: claim "odd" is absent',
    })
    expect(kindOf({})).toBe('unknown')
  })

  it('any one sign of a person makes a user, beside all signs of a service', () => {
    expect(classify({ ...service, person: null })).toEqual({
      kind: 'user',
      evidence: 'claim "person" is present',
    })
    expect(classify({ ...service, other: '' }).evidence).toBe('claim "other" is present')
    expect(kindOf({ person: 'x' })).toBe('user')
  })

  it('all signs of a service are one from the other side too, whatever else is there', () => {
    expect(looksLikeService(service)).toBe(true)
    expect(looksLikeService({ ...service, person: 'x', act: { sub: 'alice' } })).toBe(true)
    expect(looksLikeService({ client: 'billing', person: 'x' })).toBe(false)
    expect(looksLikeService({})).toBe(false)
  })

  it('an actor makes it delegated, beside any signs (RFC 8693 §4.1)', () => {
    for (const act of [{ sub: 'bff' }, {}]) {
      expect(classify({ ...service, act })).toEqual({
        kind: 'delegated',
        evidence: 'claim "act" names an actor',
      })
      expect(kindOf({ person: 'x', act })).toBe('delegated')
    }
  })

  it.each<{ act: unknown }>([
    { act: null },
    { act: 'bff' },
    { act: [] },
    { act: [{ sub: 'bff' }] },
    { act: 7 },
    { act: false },
  ])('no actor leaves it unknown: %j', ({ act }) => {
    expect(kindOf({ ...service, act })).toBe('unknown')
    expect(classify({ ...service, act }).evidence).toMatch(/^claim "act" is /)
    expect(kindOf({ ...service, person: 'x', act })).toBe('user')
  })

  it('rule 8: an act that a prototype lends is none', () => {
    expect(kindOf(Object.assign(Object.create({ act: {} }) as object, service))).toBe('service')
  })
})

describe('laws', () => {
  const names = ['kind', 'client', 'odd', 'person', 'other', 'act', 'scope', '__proto__']
  const claims = fc.dictionary(
    fc.oneof(fc.constantFrom(...names), fc.string()),
    fc.oneof(fc.jsonValue(), fc.constant('app')),
  )

  it('it is a service exactly when no person, no act and no missing sign speaks against it', () => {
    fc.assert(
      fc.property(claims, (given) => {
        const own = (name: string): boolean => Object.hasOwn(given, name)
        const isService =
          own('kind') && given['kind'] === 'app' && own('client') && !own('odd') && !own('act')
        expect(kindOf(given) === 'service').toBe(isService && !own('person') && !own('other'))
      }),
      { numRuns: 2000 },
    )
  })

  it('rules 7 and 8: no JSON makes it throw, and the evidence is one printable line', () => {
    fc.assert(
      fc.property(claims, (given) => {
        expect(classify(given).evidence).toMatch(/^[\x20-\x7e]{1,2000}$/)
      }),
    )
  })
})
