import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PrincipalKind } from '../../../src/principal/classify.js'
import { subjectIsClient } from '../../../src/principal/profiles/subject-is-client.js'
import type { JsonObject } from '../../../src/token/compact.js'

const { classify } = subjectIsClient

const kindOf = (claims: JsonObject): PrincipalKind => classify(claims).kind

/** What speaks for a person, each by itself. */
const userSignals: readonly JsonObject[] = [
  { sid: 's' },
  { uid: '00u1' },
  { username: 'jdoe' },
  { user_id: '7' },
  { 'cognito:groups': [] },
  { upn: 'jdoe@acme.test' },
  { unique_name: 'jdoe' },
  { given_name: 'J' },
  { family_name: 'Doe' },
  { amr: ['pwd'] },
  { idtyp: 'user' },
  { gty: 'password' },
]
/** What speaks for a machine, each by itself. */
const machineSignals: readonly JsonObject[] = [
  { sub: 'billing', client_id: 'billing' },
  { sub: 'billing', cid: 'billing' },
  { client_id: 'billing' },
  { gty: 'client-credentials' },
  { idtyp: 'app' },
]
const grants = fc.dictionary(
  fc.constantFrom('scope', 'scp', 'roles', 'permissions', 'allowed_ops', 'tier', 'groups'),
  fc.oneof(fc.jsonValue(), fc.constantFrom<unknown>('s2s:internal', ['admin'], ['*'])),
)
const id = fc.constantFrom<unknown>('billing', 'reports', 'billing@clients', '', null, 7, [
  'billing',
])
/** Own members only, `__proto__` too; `Object.assign` would make that one the prototype. */
const addAll = (parts: readonly JsonObject[]): JsonObject =>
  Object.fromEntries(parts.flatMap((part) => Object.entries(part)))
const claims = fc
  .tuple(
    fc.record(
      { sub: id, client_id: id, azp: id, cid: id, appid: id, gty: id, idtyp: id },
      { requiredKeys: [] },
    ),
    fc.dictionary(
      fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor')),
      fc.jsonValue(),
    ),
    grants,
  )
  .map(([likely, anything, granted]) => addAll([granted, anything, likely]))

describe('rule 3: only machines pass', { timeout: 600_000 }, () => {
  it('one sign of a person outweighs any signs of a machine', () => {
    const machine = fc.subarray([...machineSignals]).map(addAll)
    fc.assert(
      fc.property(machine, fc.constantFrom(...userSignals), grants, (one, person, granted) => {
        expect(kindOf({ ...one, ...granted, ...person })).toBe('user')
        expect(kindOf({ ...person, ...granted, ...one, ...person })).toBe('user')
      }),
    )
  })

  it('a sign of a person added to any claims makes a user, unless an actor made it delegated', () => {
    fc.assert(
      fc.property(claims, fc.constantFrom(...userSignals), (given, person) => {
        expect(kindOf({ ...given, ...person })).toBe('user')
        expect(kindOf({ ...given, ...person, act: { sub: 'bff' } })).toBe('delegated')
      }),
      { numRuns: 1000 },
    )
  })

  it('row 18: claims without any client never make a service', () => {
    fc.assert(
      fc.property(claims, (given) => {
        const { client_id, azp, cid, appid, ...rest } = given
        expect(kindOf(rest)).not.toBe('service')
      }),
      { numRuns: 1000 },
    )
  })

  it('is decided by the claims alone: asked again, or in another order, it says the same', () => {
    fc.assert(
      fc.property(claims, (given) => {
        const turned = Object.fromEntries(Object.entries(given).reverse())
        expect(classify(turned)).toEqual(classify(given))
        expect(classify(given)).toEqual(classify(given))
      }),
    )
  })

  it('leaving grants out never changes whose token it is', () => {
    fc.assert(
      fc.property(claims, (given) => {
        const { scope, scp, roles, permissions, allowed_ops, tier, groups, ...bare } = given
        expect(classify(bare)).toEqual(classify(given))
      }),
    )
  })
})
