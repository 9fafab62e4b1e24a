import fc from 'fast-check'
import { commonOperations } from 'm2m-core'
import { heldRoles, loadPolicy, type PolicyDocuments, type PolicyStore } from 'm2m-policy'
import { expect, it } from 'vitest'
import { comparePolicies } from '../../src/diff/compare-policies.js'
import type { RightChange, Who } from '../../src/diff/policy-change.js'
import {
  type Brought,
  type Caller,
  type Known,
  knownTo,
  mayByHand,
  requests,
  smallPolicies,
  someCaller,
  someOperation,
} from '../small-policies.js'

/** A policy and one that was made of it, so that much is as it was. */
const two: fc.Arbitrary<readonly [PolicyDocuments, PolicyDocuments]> = fc
  .tuple(smallPolicies, smallPolicies, fc.constantFrom('policies', 'services', 'tiers', 'all'))
  .map(([one, other, what]) => [
    one,
    what === 'all'
      ? other
      : what === 'policies'
        ? {
            ...one,
            policies: [...(one.policies ?? []).slice(1), ...(other.policies ?? []).slice(0, 1)].map(
              (policy, index) => ({ ...policy, name: `q${index}` }),
            ),
          }
        : { ...one, [what]: other[what as 'services' | 'tiers'] },
  ])

const rightChanges = (before: PolicyStore, after: PolicyStore): readonly RightChange[] =>
  comparePolicies(before, after).filter((change): change is RightChange => 'operation' in change)

const covers = ({ operation, except }: RightChange, asked: string): boolean =>
  [operation].some((one) => commonOperations(one, asked) === asked) &&
  !except.some((one) => commonOperations(one, asked) === asked)

/** Roles that the comparison tells of: those that may be users'. */
const rolesOfUsers = (stores: readonly PolicyStore[]): readonly string[] => {
  const models = stores.map(({ model }) => model)
  const roles = ['r0', 'r1', 'r2']
  const namesUsers = models.some(({ policies }) =>
    policies.some(({ subjects }) => subjects.includes('user:u')),
  )
  if (namesUsers) return roles
  const held = new Set(
    models.flatMap((model) => [
      ...heldRoles(
        model.services.flatMap((service) => service.roles),
        new Map(model.roles.map((role) => [role.name, role])),
      ),
    ]),
  )
  return roles.filter((role) => !held.has(role))
}

const isMeant = (who: Who, caller: Caller): boolean => {
  if ('user' in caller) {
    return 'user' in who
      ? who.user === caller.user
      : 'role' in who && caller.roles.includes(who.role)
  }
  if ('user' in who || 'role' in who) return false
  const isSame =
    'service' in who
      ? 'service' in caller && who.service === caller.service
      : 'unregistered' in caller
  return isSame && (who.tier === undefined || who.tier === caller.tier)
}

it('where an answer is different, a change names who it is and which operation', () => {
  let differing = 0
  const questions = fc.array(fc.tuple(someCaller, someOperation, fc.constantFrom(...requests)), {
    minLength: 150,
    maxLength: 150,
  })
  fc.assert(
    fc.property(two, questions, ([one, other], asked) => {
      const stores = [loadPolicy(one), loadPolicy(other)] as const
      const changes = rightChanges(...stores)
      const roles = rolesOfUsers(stores)
      for (const [given, operation, brought] of asked) {
        const who =
          'user' in given
            ? { ...given, roles: given.roles.filter((role) => roles.includes(role)) }
            : given
        const [then, now] = stores.map((store) =>
          mayByHand(knownTo(store, who), operation, brought),
        )
        if (then === now) continue
        differing += 1
        const named = changes.some(
          (change) => covers(change, operation) && change.who.some((each) => isMeant(each, who)),
        )
        if (!named)
          expect({ who, operation, brought, then, changes, named }).toMatchObject({ named: true })
      }
    }),
    { numRuns: 1500 },
  )
  expect(differing).toBeGreaterThan(1000)
})

const texts = ['live', 'live-1', 'a', 'a-1', 'low', 'low-1', 'test', 'other']

/** All that a change may be about where it names somebody. */
const meantBy = (who: Who): readonly Caller[] => {
  if ('service' in who) return [{ tier: undefined, ...who }]
  if ('unregistered' in who) {
    return texts.map((unregistered) => ({ tier: who.tier, unregistered }))
  }
  const attributes = [undefined, 7, ...texts].flatMap((env) =>
    [undefined, 1].map((gone) => ({ ...(env && { env }), ...(gone && { gone }) })),
  )
  return attributes.flatMap((each): readonly Caller[] =>
    'user' in who
      ? [{ ...who, roles: [], attributes: each }]
      : texts.map((user) => ({ user, roles: [who.role], attributes: each })),
  )
}

/** What a change tells of one of those: all, or of users only what is allowed, or only what is denied. */
const toldOf = (known: Known | undefined, change: RightChange, who: Who): Known | undefined => {
  if (!known || 'service' in who || 'unregistered' in who) return known
  const everything = { name: 'everything', effect: 'allow', operations: ['*'] } as const
  const rules =
    change.kind === 'denial-changed'
      ? [everything, ...known.rules.filter(({ effect }) => effect === 'deny')]
      : known.rules.filter(({ effect }) => effect === 'allow')
  return { ...known, rules }
}

it('where a change is told, some answer is different', () => {
  let told = 0
  fc.assert(
    fc.property(two, ([one, other]) => {
      const stores = [loadPolicy(one), loadPolicy(other)] as const
      for (const change of rightChanges(...stores)) {
        told += 1
        for (const who of change.who) {
          const operation = change.operation
            .replace(/:\*$/, ':other')
            .replace(/^\*$/, 'other:other')
          const isDifferent = meantBy(who).some((caller) => {
            // A tier that is not listed is in no change of its own.
            const tiers = 'tier' in caller && caller.tier === undefined ? [undefined, ...texts] : []
            const known = stores.map((store) => toldOf(knownTo(store, caller), change, who))
            const subjects = tiers.length === 0 ? [{}] : tiers.map((tier) => ({ tier }))
            return subjects.some((more) => {
              const [then, now] = known.map((each, index) => {
                const own = stores[index]?.model.services.find(
                  ({ id }) => 'service' in caller && id === caller.service,
                )?.tier
                const stated = own === undefined ? more : {}
                return each && { ...each, subject: { ...each.subject, ...stated } }
              })
              return requests.some((brought: Brought) => {
                return mayByHand(then, operation, brought) !== mayByHand(now, operation, brought)
              })
            })
          })
          expect({ change, who, isDifferent }).toMatchObject({ isDifferent: true })
        }
      }
    }),
    { numRuns: 600 },
  )
  expect(told).toBeGreaterThan(500)
})

it('what policies are called, their order and what they say twice is no change', () => {
  fc.assert(
    fc.property(smallPolicies, (given) => {
      const policies = given.policies ?? []
      const other = [...policies, ...policies]
        .reverse()
        .map((policy, index) => ({ ...policy, name: `other ${index}` }))
      expect(comparePolicies(loadPolicy(given), loadPolicy({ ...given, policies: other }))).toEqual(
        [],
      )
    }),
    { numRuns: 300 },
  )
})
