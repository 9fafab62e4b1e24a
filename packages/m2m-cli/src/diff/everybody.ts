import { heldRoles, type PolicyModel } from 'm2m-policy'
import type { Who } from './policy-change.js'

/** Somebody to ask about, and those whose changes need not be told again of this one. */
export interface Asked {
  readonly who: Who
  readonly like?: Who
  /** Services that hold the role: what becomes of the same operation for one of these tells of it. */
  readonly holders?: readonly Who[]
}

/**
 * All whom two policies may say something different of: every registered service, whoever is not
 * registered, users that are named, and roles, which users may hold. Where no tier is registered it
 * comes from the token, and may be any.
 */
export const everybody = (before: PolicyModel, after: PolicyModel): readonly Asked[] => {
  const models = [before, after]
  const services = models.flatMap((model) => model.services)
  const tiers = [...new Set(models.flatMap((model) => model.tiers.map(({ name }) => name)))]
  const tierless = new Set(services.filter(({ tier }) => tier === undefined).map(({ id }) => id))
  const ids = [...new Set(services.map(({ id }) => id))]
  const inTiers = (who: Who, isOpen: boolean): readonly Asked[] => [
    { who },
    ...(isOpen ? tiers : []).map((tier) => ({ who: { ...who, tier } as Who, like: who })),
  ]
  return [
    ...ids.flatMap((service) => inTiers({ service }, tierless.has(service))),
    ...inTiers({ unregistered: true }, true),
    ...usersOf(models),
  ]
}

/** A role that services hold is one of theirs first, unless the policy names users. */
const usersOf = (models: readonly PolicyModel[]): readonly Asked[] => {
  const subjects = models.flatMap(({ policies }) => policies.flatMap((policy) => policy.subjects))
  const users = [...new Set(subjects)].filter((subject) => subject.startsWith('user:'))
  const holders = users.length > 0 ? new Map<string, Who[]>() : holdersOf(models)
  const roles = new Set(models.flatMap((model) => model.roles.map(({ name }) => name)))
  return [
    ...users.map((subject) => ({ who: { user: subject.slice('user:'.length) } })),
    ...[...roles].map((role) => ({ who: { role }, holders: holders.get(role) ?? [] })),
  ]
}

const holdersOf = (models: readonly PolicyModel[]): ReadonlyMap<string, Who[]> => {
  const holders = new Map<string, Who[]>()
  for (const { services, roles } of models) {
    const byName = new Map(roles.map((role) => [role.name, role]))
    for (const service of services) {
      for (const role of heldRoles(service.roles, byName)) {
        const known = holders.get(role) ?? []
        known.push({ service: service.id })
        holders.set(role, known)
      }
    }
  }
  return holders
}
