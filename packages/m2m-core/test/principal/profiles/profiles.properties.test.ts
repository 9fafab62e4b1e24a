import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { entra } from '../../../src/principal/profiles/entra.js'
import { profiles } from '../../../src/principal/profiles/profiles.js'
import type { JsonObject } from '../../../src/token/compact.js'
import { samples, serviceOf, without } from './samples.js'

/** Own members only, `__proto__` too; a spread would keep it, `Object.assign` would not. */
const addAll = (parts: readonly JsonObject[]): JsonObject =>
  Object.fromEntries(parts.flatMap((part) => Object.entries(part)))
const each = (object: JsonObject): readonly JsonObject[] =>
  Object.entries(object).map(([name, value]) => ({ [name]: value }))

/** Claims of all providers, those of people and those of machines. */
const soup = [
  ...samples.flatMap(({ service, people }) => [...each(service), ...people]),
  { act: { sub: 'bff' } },
  { act: null },
]
const anyClaims = fc
  .tuple(
    fc.array(fc.constantFrom(...soup), { maxLength: 8 }),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'sub', 'azp', 'jti')),
      fc.jsonValue(),
      { maxKeys: 4 },
    ),
  )
  .map(([some, odd]) => addAll([odd, ...some]))

/** Scopes, roles and operations, wherever providers write them. */
const grantNames = [
  ...['scope', 'scp', 'roles', 'permissions', 'groups', 'allowed_ops', 'tier', 'entitlements'],
  ...['realm_access', 'resource_access', 'authorization_details', 'clientAppRoles'],
]
const grantsOf = (names: readonly string[]) =>
  fc.dictionary(
    fc.constantFrom(...names),
    fc.oneof(
      fc.jsonValue(),
      fc.constantFrom<unknown>('s2s:internal openid profile email', ['admin'], ['*'], '*', {
        roles: ['admin'],
      }),
    ),
  )

it('there is a sample of every profile', () => {
  const sampled = new Set(samples.map(({ profile }) => profile.name))
  expect([...sampled].sort()).toEqual([...profiles.keys()].sort())
})

describe.each(samples)('rule 3: only machines pass: $what', ({ profile, service, ...sample }) => {
  const kindOf = (claims: JsonObject): string => profile.classify(claims).kind
  const person = fc.constantFrom(...sample.people)
  const part = fc.subarray([...each(service)]).map(addAll)

  it('its service token is a service', () => {
    expect(kindOf(service)).toBe('service')
  })

  it('each sign of a person makes it a user', () => {
    for (const sign of sample.people) expect(kindOf({ ...service, ...sign })).toBe('user')
  })

  it('a sign of a person beats every sign of a service, whatever else is there', () => {
    fc.assert(
      fc.property(part, anyClaims, person, (some, other, sign) => {
        expect(kindOf(addAll([service, other, sign]))).not.toBe('service')
        expect(kindOf(addAll([other, some, sign]))).not.toBe('service')
      }),
      { numRuns: 300 },
    )
  })

  it('an actor makes it delegated, and what is no actor leaves it no service', () => {
    fc.assert(
      fc.property(anyClaims, fc.jsonValue(), (other, act) => {
        expect(kindOf(addAll([service, other, { act }]))).not.toBe('service')
        expect(kindOf(addAll([other, { act: { sub: 'bff' } }]))).toBe('delegated')
      }),
    )
  })

  it('scopes, roles and operations make no service of what is none', () => {
    const tokens = fc.oneof(anyClaims, part)
    fc.assert(
      fc.property(tokens, grantsOf(grantNames), (claims, granted) => {
        const bare = without(claims, ...Object.keys(granted))
        if (kindOf(bare) !== 'service') {
          expect(kindOf(addAll([bare, granted]))).not.toBe('service')
        }
      }),
      { numRuns: 300 },
    )
  })

  it('scopes, roles and operations change nothing, unless they are themselves a sign', () => {
    // Entra gives `scp` to tokens of people alone.
    const names = profile === entra ? grantNames.filter((name) => name !== 'scp') : grantNames
    const tokens = [service, ...sample.people.map((sign) => ({ ...service, ...sign })), {}]
    fc.assert(
      fc.property(fc.constantFrom<JsonObject>(...tokens), grantsOf(names), (claims, granted) => {
        const bare = without(claims, ...Object.keys(granted))
        expect(profile.classify(addAll([bare, granted]))).toEqual(profile.classify(bare))
      }),
    )
  })

  it('without any one of its markers it is no service', () => {
    fc.assert(
      fc.property(fc.constantFrom(...sample.markers), grantsOf(grantNames), (marker, granted) => {
        expect(kindOf(addAll([without(service, marker), granted]))).not.toBe('service')
      }),
    )
  })

  it('a marker of another type is none', () => {
    for (const marker of sample.markers) {
      for (const value of ['', null, 0, true, [], {}, [service[marker]]]) {
        expect(kindOf({ ...service, [marker]: value })).not.toBe('service')
      }
    }
  })

  it('rule 8: a marker that a prototype lends is none', () => {
    for (const marker of sample.markers) {
      const lender: object = Object.create({ [marker]: service[marker] })
      expect(kindOf(Object.assign(lender, without(service, marker)))).not.toBe('service')
    }
    expect(kindOf(Object.create(service) as JsonObject)).not.toBe('service')
  })

  it('rules 7 and 8: no JSON makes it throw, and what it says is printable text', () => {
    fc.assert(
      fc.property(anyClaims, (claims) => {
        const { evidence, remedy = 'x' } = profile.classify(claims)
        expect(evidence).toMatch(/^[\x20-\x7e]{1,5000}$/)
        expect(remedy).toMatch(/^[\x20-\x7e]+$/)
      }),
    )
  })
})

describe('what grants a person something is a sign of a person', () => {
  it.each([['scp at Entra', entra, { scp: 's2s:internal' }]])('%s', (_what, profile, granted) => {
    expect(profile.classify({ ...serviceOf(profile), ...granted }).kind).toBe('user')
  })
})
