import fc from 'fast-check'
import {
  askCondition,
  askPolicy,
  type Condition,
  type Context,
  commonOperations,
  type PolicyRule,
  type PolicySubject,
} from 'm2m-core'
import { heldRoles, type PolicyDocuments, type PolicyStore } from 'm2m-policy'

const ids = ['a', 'b', 'c']
const roleNames = ['r0', 'r1', 'r2']
const tierNames = ['low', 'high']
const environments = [undefined, 'test', 'live', 7]

const operation = fc.constantFrom('x:read', 'x:write', 'y:read', 'x:*', '*')
const resource = fc.constantFrom(
  { type: 'x', actions: ['read'] },
  { type: 'x', actions: ['read', 'write'] },
  { type: 'x', actions: ['*'] },
  { type: 'y', actions: ['read'] },
  { type: '*', actions: ['*'] },
)
const subject = fc.constantFrom(
  ...ids.map((id) => `service:${id}`),
  ...roleNames.map((name) => `role:${name}`),
  ...tierNames.map((name) => `tier:${name}`),
  'service:*',
  'service:*',
  'user:u',
)
const condition: fc.Arbitrary<Condition> = fc
  .oneof(
    fc.record({
      field: fc.constantFrom('resource.n', 'context.n'),
      operator: fc.constantFrom('less_than', 'greater_than_or_equal', 'equals', 'not_equals'),
      value: fc.constantFrom(1, 2),
    }),
    fc.record({
      field: fc.constantFrom('resource.n', 'subject.env', 'subject.id', 'subject.tier'),
      operator: fc.constantFrom('equals', 'not_in', 'in', 'starts_with'),
      value: fc.constantFrom('live', 'a', 'low'),
    }),
    fc.record({
      field: fc.constantFrom('resource.n', 'context.n', 'subject.env', 'subject.gone'),
      operator: fc.constant('exists'),
      value: fc.boolean(),
    }),
  )
  .map(({ field, operator, value }) => ({
    field,
    operator: operator as Condition['operator'],
    value: operator === 'in' || operator === 'not_in' ? [value, 'test'] : value,
  }))
const policy = fc.record({
  effect: fc.constantFrom('allow' as const, 'allow' as const, 'deny' as const),
  subjects: fc.uniqueArray(subject, { minLength: 1, maxLength: 2 }),
  resources: fc.array(resource, { minLength: 1, maxLength: 1 }),
  conditions: fc.array(condition, { maxLength: 2 }),
})
const service = fc.record({
  tier: fc.constantFrom(undefined, ...tierNames),
  roles: fc.subarray(roleNames),
  env: fc.constantFrom(...environments),
  disabled: fc.constantFrom(false, false, false, true),
})

/** Small policies of which a part decides nothing, or the same as another. */
export const smallPolicies: fc.Arbitrary<PolicyDocuments> = fc
  .record({
    services: fc.array(service, { maxLength: 3 }),
    includes: fc.constantFrom(undefined, ['r1']),
    ceilings: fc.option(fc.tuple(fc.subarray(['x:read', 'y:read', 'x:*']), fc.array(operation))),
    policies: fc.array(policy, { minLength: 1, maxLength: 4 }),
  })
  .map(({ services, includes, ceilings, policies }) => ({
    services: ids.map((id, index) => {
      const { env, ...rest } = services[index] ?? { roles: [], disabled: true, env: undefined }
      const attributes = env === undefined ? {} : { env }
      return { ...rest, id, attributes, clients: [{ clientId: id }] }
    }),
    roles: { r0: { includes }, r1: {}, r2: {} },
    tiers: tierNames.map((name, index) => ({
      name,
      ...(ceilings && { operations: ceilings[index] ?? [] }),
    })),
    policies: policies.map(({ conditions, ...rest }, index) => ({
      ...rest,
      name: `p${index}`,
      ...(conditions.length > 0 && { conditions }),
    })),
  }))

/** Somebody who calls; of a service that is registered the tier is what its token states. */
export type Caller =
  | { readonly service: string; readonly tier: string | undefined }
  | { readonly unregistered: string; readonly tier: string | undefined }
  | {
      readonly user: string
      readonly roles: readonly string[]
      readonly attributes: Readonly<Record<string, unknown>>
    }

const texts = ['live', 'live-1', 'a', 'a-1', 'low', 'low-1', 'test', 'other']
const tier = fc.constantFrom(undefined, ...tierNames, ...texts)
const attributes = fc
  .record({ env: fc.constantFrom(undefined, 7, ...texts), gone: fc.constantFrom(undefined, 1) })
  .map((given) => Object.fromEntries(Object.entries(given).filter(([, one]) => one !== undefined)))

/** Every kind of caller that small policies tell apart. */
export const someCaller: fc.Arbitrary<Caller> = fc.oneof(
  fc.record({ service: fc.constantFrom(...ids), tier }),
  fc.record({ unregistered: fc.constantFrom(...texts), tier }),
  fc.record({
    user: fc.constantFrom('u', ...texts),
    roles: fc.subarray(roleNames),
    attributes,
  }),
)

/** An operation that small policies name, or one that they do not. */
export const someOperation = fc.constantFrom(
  'x:read',
  'x:write',
  'x:other',
  'y:read',
  'y:other',
  'z:read',
)

/** What a request may bring. */
export interface Brought {
  readonly n: unknown
  readonly context: Context | undefined
}

const numbers = [undefined, [], true, 0, 1, 1.5, 2, 3]

/** All that small policies tell apart in a resource and a context. */
export const requests: readonly Brought[] = [...numbers, ...texts].flatMap((n) => [
  { n, context: undefined },
  ...numbers.map((inContext) => ({
    n,
    context: inContext === undefined ? {} : { n: inContext },
  })),
])

/** Who somebody is, and what reaches them. */
export interface Known {
  readonly subject: Partial<PolicySubject>
  readonly rules: readonly PolicyRule[]
  readonly ceiling: readonly string[] | undefined
}

/** Finds out who somebody is for a policy; undefined when they are nobody. */
export const knownTo = (store: PolicyStore, caller: Caller): Known | undefined => {
  if ('user' in caller) {
    const roles = new Map(store.model.roles.map((role) => [role.name, role]))
    const held = [...heldRoles(caller.roles, roles)].map((name) => `role:${name}`)
    const subjects = [`user:${caller.user}`, ...held]
    const reaching = store.model.policies.filter((one) =>
      one.subjects.some((text) => subjects.includes(text)),
    )
    return {
      // Of users a policy knows no issuer, no client and no tier.
      subject: { id: caller.user, attributes: caller.attributes },
      rules: reaching.map(({ rule }) => rule),
      ceiling: undefined,
    }
  }
  const id = 'service' in caller ? caller.service : caller.unregistered
  const service = store.model.services.find((one) => 'service' in caller && one.id === id)
  if ('service' in caller && (!service || service.disabled)) return undefined
  const subject = {
    id,
    issuer: 'https://login.example.com',
    clientId: id,
    tier: service?.tier ?? caller.tier,
    attributes: service?.attributes ?? {},
    registered: service !== undefined,
  }
  return { subject, rules: store.rulesFor(subject), ceiling: store.ceilingOf(subject.tier) }
}

/** Asks rules by hand, which is much faster than asking the core. */
export const mayByHand = (
  known: Known | undefined,
  asked: string,
  { n, context }: Brought,
): boolean => {
  if (!known) return false
  const isIn = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => commonOperations(pattern, asked) === asked)
  if (known.ceiling && !isIn(known.ceiling)) return false
  const resource = { attributes: { n } }
  const facts = { subject: known.subject, resource, ...(context && { context }) }
  const answersOf = ({ conditions = [] }: PolicyRule) =>
    conditions.map((one) => askCondition(one, facts))
  const rules = known.rules.filter((rule) => isIn(rule.operations))
  return (
    rules.some((rule) => rule.effect === 'allow' && answersOf(rule).every((one) => one === true)) &&
    !rules.some((rule) => rule.effect === 'deny' && !answersOf(rule).includes(false))
  )
}

/** The same question to the core, which decides on requests; it takes no context for an empty one. */
export const mayByCore = (
  store: PolicyStore,
  caller: Caller,
  asked: string,
  { n, context = {} }: Brought,
): boolean => {
  const facts = { resource: { attributes: { n } }, context }
  const known = knownTo(store, caller)
  if (!known) return false
  if (!('user' in caller)) {
    return askPolicy(store, known.subject as PolicySubject, asked, facts).allowed
  }
  const { user: id, roles, attributes: its } = caller
  const ability = store.abilityFor({ type: 'user', id, roles, attributes: its })
  return ability.can(asked, facts.resource, context)
}
