import { heldRoles, type PolicyModel } from 'm2m-policy'
import type { Who } from './policy-change.js'

/** Somebody to ask about, and those whose changes need not be told again of this one. */
export interface Asked {
  readonly who: Who
  readonly like?: Who
}

/**
 * All whom two policies may say something different of: every registered service, whoever is not
 * registered, users that are named, and roles that users may hold. Where no tier is registered it
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
    ...usersOf(models).map((who) => ({ who })),
  ]
}

/** A role that a service holds is one of services, unless the policy names users. */
const usersOf = (models: readonly PolicyModel[]): readonly Who[] => {
  const subjects = models.flatMap(({ policies }) => policies.flatMap((policy) => policy.subjects))
  const users = [...new Set(subjects)]
    .filter((subject) => subject.startsWith('user:'))
    .map((subject) => ({ user: subject.slice('user:'.length) }))
  const held = new Set(users.length > 0 ? [] : models.flatMap(rolesOfServices))
  const roles = new Set(models.flatMap((model) => model.roles.map(({ name }) => name)))
  return [...users, ...[...roles].filter((role) => !held.has(role)).map((role) => ({ role }))]
}

const rolesOfServices = ({ services, roles }: PolicyModel): readonly string[] => [
  ...heldRoles(
    services.flatMap((service) => service.roles),
    new Map(roles.map((role) => [role.name, role])),
  ),
]
