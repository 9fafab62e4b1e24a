import { createHash } from 'node:crypto'
import type { PolicyRule, PolicySubject, ServiceOptions, Services } from 'm2m-core'
import type { PolicyEntry, PolicyModel, ServiceEntry, TierEntry } from '../model/policy-model.js'
import { heldRoles } from '../model/role-tree.js'

/** A policy in force, by whom it reaches. */
export interface PolicyIndex {
  readonly model: PolicyModel
  readonly services: Services
  rulesFor(subject: PolicySubject): readonly PolicyRule[]
  versionOf(subject: PolicySubject): string
  ceilingOf(tier: string | undefined): readonly string[] | undefined
  rulesForUser(id: string, roles: readonly string[]): readonly PolicyRule[]
  service(id: string): ServiceEntry | undefined
}

/** What reaches one service at one tier. */
interface Reach {
  readonly rules: readonly PolicyRule[]
  version: string | undefined
  readonly parts: readonly unknown[]
}

/** Indexes a policy. Only what is asked for is put together, once. */
export const createPolicyIndex = (model: PolicyModel): PolicyIndex => {
  const services = new Map(model.services.map((service) => [service.id, service]))
  const roles = new Map(model.roles.map((role) => [role.name, role]))
  const tiers = new Map(model.tiers.map((tier) => [tier.name, tier]))
  const bySubject = new Map<string, PolicyEntry[]>()
  for (const policy of model.policies) {
    for (const subject of new Set(policy.subjects)) {
      const known = bySubject.get(subject)
      if (known) known.push(policy)
      else bySubject.set(subject, [policy])
    }
  }
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
    return { rules, version: undefined, parts }
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

  return {
    model,
    services: toServices(model.services),
    rulesFor: (subject) => reachOf(subject).rules,
    versionOf: (subject) => {
      const reach = reachOf(subject)
      reach.version ??= createHash('sha256').update(JSON.stringify(reach.parts)).digest('base64url')
      return reach.version
    },
    ceilingOf: (tier) => floorOf(tier)?.operations,
    rulesForUser: (id, given) =>
      rulesOf([`user:${id}`, ...[...heldRoles(given, roles)].map((role) => `role:${role}`)]),
    service: (id) => services.get(id),
  }
}

const upsert = <T>(map: Map<string, T>, key: string, make: () => T): T => {
  const known = map.get(key)
  if (known) return known
  const made = make()
  map.set(key, made)
  return made
}

const toServices = (services: readonly ServiceEntry[]): Services =>
  Object.freeze(
    Object.fromEntries(
      services.map(({ id, clients, tier, attributes, disabled }): [string, ServiceOptions] => [
        id,
        Object.freeze({
          clients: clients.map(({ issuer, clientId }) => ({
            ...(issuer !== undefined && { issuer }),
            clientId,
          })),
          ...(tier !== undefined && { tier }),
          attributes,
          disabled,
        }),
      ]),
    ),
  )
