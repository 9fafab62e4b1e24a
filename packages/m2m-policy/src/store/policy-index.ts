import { hash } from 'node:crypto'
import type { PolicyRule, PolicySubject, RateLimit, ServiceOptions, Services } from 'm2m-core'
import type { PolicyEntry, PolicyModel, ServiceEntry, TierEntry } from '../model/policy-model.js'
import { heldRoles } from '../model/role-tree.js'
import { forEach, type Steps } from '../turns/steps.js'

/** A policy in force, by whom it reaches. */
export interface PolicyIndex {
  readonly model: PolicyModel
  readonly services: Services
  rulesFor(subject: PolicySubject): readonly PolicyRule[]
  versionOf(subject: PolicySubject): string
  ceilingOf(tier: string | undefined): readonly string[] | undefined
  rateOf(tier: string | undefined): RateLimit | undefined
  rulesForUser(id: string, roles: readonly string[]): readonly PolicyRule[]
  service(id: string): ServiceEntry | undefined
}

/** Combinations of roles, and of those with users that have policies of their own. */
const mostUsers = 1000

/** What reaches one service at one tier. */
interface Reach {
  readonly rules: readonly PolicyRule[]
  /** Made when it is asked for. */
  readonly version: () => string
}

/** Indexes one policy after the other. */
export type PolicyIndexer = (model: PolicyModel) => Steps<PolicyIndex>

/** Makes an indexer: what a service is to the core stays the same object while its entry does. */
export const createPolicyIndexer = (): PolicyIndexer => {
  const known = new WeakMap<ServiceEntry, ServiceOptions>()
  const optionsOf = (entry: ServiceEntry): ServiceOptions => {
    const options = known.get(entry) ?? toOptions(entry)
    known.set(entry, options)
    return options
  }
  return (model) => indexPolicy(model, optionsOf)
}

/** Only what is asked for is put together, once. */
function* indexPolicy(
  model: PolicyModel,
  optionsOf: (entry: ServiceEntry) => ServiceOptions,
): Steps<PolicyIndex> {
  const services = new Map(model.services.map((service) => [service.id, service]))
  const roles = new Map(model.roles.map((role) => [role.name, role]))
  const tiers = new Map(model.tiers.map((tier) => [tier.name, tier]))
  const bySubject = new Map<string, PolicyEntry[]>()
  yield* forEach(model.policies, (policy) => {
    for (const subject of new Set(policy.subjects)) {
      const known = bySubject.get(subject)
      if (known) known.push(policy)
      else bySubject.set(subject, [policy])
    }
  })
  const registered = yield* toServices(model.services, optionsOf)
  const rulesOf = (subjects: readonly string[]): readonly PolicyRule[] => {
    const found = new Set(subjects.flatMap((subject) => bySubject.get(subject) ?? []))
    return Object.freeze([...found].map(({ rule }) => rule))
  }
  /** Whoever has no tier, or none that is listed, has the least. */
  const floorOf = (name: string | undefined): TierEntry | undefined =>
    (name === undefined ? undefined : tiers.get(name)) ?? model.tiers[0]

  const build = (service: ServiceEntry | undefined, tier: string | undefined): Reach => {
    const held = [...heldRoles(service?.roles ?? [], roles)]
    const rules = rulesOf([
      ...(service ? [`service:${service.id}`] : []),
      ...held.map((role) => `role:${role}`),
      ...(tier === undefined ? [] : [`tier:${tier}`]),
      'service:*',
    ])
    const { at: _, ...facts } = service ?? { at: undefined }
    const ceiling = floorOf(tier)
    const parts = [facts, held, tier, ceiling?.operations, ceiling?.rate, rules]
    return { rules, version: once(() => hash('sha256', JSON.stringify(parts), 'base64url')) }
  }
  const reaches = new Map<string, Map<string, Reach>>()
  const reachOf = ({ id, tier, registered }: PolicySubject): Reach => {
    const service = registered === true ? services.get(id) : undefined
    // Tokens may state any tier: those that nothing is said of are as good as none.
    const isKnown = tier !== undefined && (tiers.has(tier) || bySubject.has(`tier:${tier}`))
    // A NUL is in no name: "no service" and "no tier" are nobody's.
    const ofService = upsert(reaches, service?.id ?? '\0', () => new Map<string, Reach>())
    const known = isKnown ? tier : undefined
    return upsert(ofService, known ?? '\0', () => build(service, known))
  }

  const ofUsers = new Map<string, readonly PolicyRule[]>()
  const rulesForUser = (subjects: readonly string[]): readonly PolicyRule[] => {
    // Only subjects that policies name: else tokens of users could make this as large as they like.
    const named = subjects.filter((subject) => bySubject.has(subject))
    if (ofUsers.size >= mostUsers) ofUsers.clear()
    return upsert(ofUsers, named.join('\0'), () => rulesOf(named))
  }

  return {
    model,
    services: registered,
    rulesFor: (subject) => reachOf(subject).rules,
    versionOf: (subject) => reachOf(subject).version(),
    ceilingOf: (tier) => floorOf(tier)?.operations,
    rateOf: (tier) => floorOf(tier)?.rate,
    rulesForUser: (id, given) =>
      rulesForUser([`user:${id}`, ...[...heldRoles(given, roles)].map((role) => `role:${role}`)]),
    service: (id) => services.get(id),
  }
}

/** Calls `make` once, and lets go of it then. */
const once = (make: () => string): (() => string) => {
  let todo: (() => string) | undefined = make
  let made = ''
  return () => {
    if (todo) made = todo()
    todo = undefined
    return made
  }
}

const upsert = <T>(map: Map<string, T>, key: string, make: () => T): T => {
  const known = map.get(key)
  if (known) return known
  const made = make()
  map.set(key, made)
  return made
}

function* toServices(
  entries: readonly ServiceEntry[],
  optionsOf: (entry: ServiceEntry) => ServiceOptions,
): Steps<Services> {
  const services: [string, ServiceOptions][] = []
  yield* forEach(entries, (entry) => void services.push([entry.id, optionsOf(entry)]))
  return Object.freeze(Object.fromEntries(services))
}

const toOptions = ({ clients, tier, attributes, rate, disabled }: ServiceEntry): ServiceOptions =>
  Object.freeze({
    clients: Object.freeze(
      clients.map(({ issuer, clientId }) =>
        Object.freeze({ ...(issuer !== undefined && { issuer }), clientId }),
      ),
    ),
    ...(tier !== undefined && { tier }),
    attributes,
    ...(rate && { rate }),
    disabled,
  })
