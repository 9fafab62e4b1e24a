import fc from 'fast-check'
import { askPolicy, type PolicySubject } from 'm2m-core'
import { expect, it } from 'vitest'
import { loadPolicy, type PolicyDocuments } from '../src/index.js'

const roleNames = ['r0', 'r1', 'r2', 'r3']
const ids = ['a', 'b', 'c']
const tierNames = ['low', 'mid', 'high']
const operations = ['x:read', 'x:write', 'y:read', 'y:write']

const role = fc.constantFrom(...roleNames)
const tier = fc.option(fc.constantFrom(...tierNames), { nil: undefined })
const subject = fc.oneof(
  fc.constantFrom(...ids).map((id) => `service:${id}`),
  role.map((name) => `role:${name}`),
  fc.constantFrom(...tierNames).map((name) => `tier:${name}`),
  fc.constant('service:*'),
)
const policy = fc.record({
  effect: fc.constantFrom('allow' as const, 'deny' as const),
  subjects: fc.array(subject, { minLength: 1, maxLength: 3 }),
  resources: fc.array(
    fc.record({
      type: fc.constantFrom('x', 'y'),
      actions: fc.array(fc.constantFrom('read', 'write', '*'), { minLength: 1, maxLength: 2 }),
    }),
    { minLength: 1, maxLength: 2 },
  ),
})
const service = fc.record({ tier, roles: fc.array(role, { maxLength: 2 }) })

/** Roles include only those after them: no cycles. */
const documents: fc.Arbitrary<PolicyDocuments> = fc
  .record({
    services: fc.tuple(service, service, service),
    includes: fc.array(fc.subarray(roleNames), { minLength: 4, maxLength: 4 }),
    ceilings: fc.array(fc.subarray(operations), { minLength: 3, maxLength: 3 }),
    policies: fc.array(policy, { maxLength: 5 }),
  })
  .map(({ services, includes, ceilings, policies }) => ({
    services: services.map((one, index) => ({
      ...one,
      id: ids[index] ?? '',
      clients: [{ clientId: ids[index] ?? '' }],
    })),
    roles: Object.fromEntries(
      roleNames.map((name, index) => [
        name,
        { includes: (includes[index] ?? []).filter((one) => one > name) },
      ]),
    ),
    tiers: tierNames.map((name, index) => ({ name, operations: ceilings[index] ?? [] })),
    policies: policies.map((one, index) => ({ ...one, name: `p${index}` })),
  }))

const subjectOf = (id: string, its: string | undefined, registered: boolean): PolicySubject => ({
  id,
  issuer: 'https://login.example.com',
  clientId: id,
  tier: its,
  attributes: {},
  registered,
})

/** The same question, answered the long way. */
const mayByHand = (given: PolicyDocuments, asked: PolicySubject, operation: string): boolean => {
  const { services = [], roles = {}, tiers = [], policies = [] } = given
  const holds = (name: string, wanted: string): boolean =>
    name === wanted || (roles[name]?.includes ?? []).some((inner) => holds(inner, wanted))
  const own = asked.registered ? services.find(({ id }) => id === asked.id) : undefined
  const isMeant = (text: string): boolean => {
    const [kind, name = ''] = text.split(':')
    if (kind === 'role') return (own?.roles ?? []).some((held) => holds(held, name))
    if (kind === 'tier') return asked.tier === name
    return name === '*' || own?.id === name
  }
  const reaching = policies.filter(
    ({ subjects, resources }) =>
      subjects.some(isMeant) &&
      resources.some(({ type, actions }) =>
        actions.some(
          (action) =>
            operation === `${type}:${action}` ||
            (action === '*' && operation.startsWith(`${type}:`)),
        ),
      ),
  )
  const ceiling = (tiers.find(({ name }) => name === asked.tier) ?? tiers[0])?.operations
  const isAllowed = reaching.some(({ effect }) => effect === 'allow')
  return (
    isAllowed &&
    reaching.every(({ effect }) => effect === 'allow') &&
    ceiling?.includes(operation) === true
  )
}

const anybody = fc.record({
  id: fc.constantFrom(...ids, 'stranger'),
  tier: fc.option(fc.constantFrom(...tierNames, 'made-up'), { nil: undefined }),
  registered: fc.boolean(),
})

it('an operation is allowed exactly where reading the policy by hand allows it', () => {
  let allowed = 0
  fc.assert(
    fc.property(documents, anybody, (given, { id, tier: its, registered }) => {
      const store = loadPolicy(given)
      const asked = subjectOf(id, its, registered && id !== 'stranger')
      for (const operation of operations) {
        const may = askPolicy(store, asked, operation).allowed
        allowed += Number(may)
        expect(may).toBe(mayByHand(given, asked, operation))
      }
    }),
    { numRuns: 500 },
  )
  expect(allowed).toBeGreaterThan(50)
})

it('while the version of a service stays, so do its rules and its ceiling', () => {
  let stayed = 0
  fc.assert(
    fc.property(documents, documents, anybody, (one, other, { id, tier: its, registered }) => {
      // Parts of one, so that some things are as they were.
      const before = loadPolicy(one)
      const after = loadPolicy({
        ...one,
        policies: other.policies?.slice(0, 1) ?? [],
        roles: one.roles,
      })
      const asked = subjectOf(id, its, registered && id !== 'stranger')
      const isSame = before.versionOf(asked) === after.versionOf(asked)
      stayed += Number(isSame)
      const reach = (store: typeof before) => [store.rulesFor(asked), store.ceilingOf(asked.tier)]
      expect(isSame).toBe(JSON.stringify(reach(before)) === JSON.stringify(reach(after)))
    }),
    { numRuns: 500 },
  )
  expect(stayed).toBeGreaterThan(20)
})
