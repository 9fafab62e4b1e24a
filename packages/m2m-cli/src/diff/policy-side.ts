import type { PolicyRule } from 'm2m-core'
import { heldRoles, type PolicyStore } from 'm2m-policy'
import { createConditionDecider, open } from './decide-condition.js'
import type { Who } from './policy-change.js'
import type { createReachMaker, Reach } from './reach.js'

/** One of the two policies, asked what it says of somebody. */
export interface PolicySide {
  /** Of a user or a role: what it allows, whatever it denies. */
  reachOf(who: Who): Reach
  /** All denials of a user or a role, as what is left of being allowed everything. */
  denialsOf(who: Who): Reach
}

/** Opens one policy. Both sides must share what makes reaches. */
export const createPolicySide = (
  { model, rulesFor, ceilingOf }: PolicyStore,
  makeReach: ReturnType<typeof createReachMaker>,
): PolicySide => {
  const services = new Map(model.services.map((service) => [service.id, service]))
  const roles = new Map(model.roles.map((role) => [role.name, role]))
  const decider = createConditionDecider()
  const nothing = makeReach([], undefined, open)

  const reachOfService = (id: string, stated: string | undefined): Reach => {
    const service = services.get(id)
    if (!service || service.disabled) return nothing
    const tier = service.tier ?? stated
    const rules = rulesFor({ ...nobody, id, tier, registered: true })
    return makeReach(rules, ceilingOf(tier), decider.ofService(service, tier))
  }
  const reachOfUnregistered = (tier: string | undefined): Reach => {
    const rules = rulesFor({ ...nobody, id: '', tier, registered: false })
    return makeReach(rules, ceilingOf(tier), decider.ofUnregistered(tier))
  }
  const reachOfUser = (
    who: User,
    effect: PolicyRule['effect'],
    more: readonly PolicyRule[] = [],
  ) => {
    const subjects =
      'user' in who
        ? [`user:${who.user}`]
        : [...heldRoles([who.role], roles)].map((name) => `role:${name}`)
    const rules = model.policies
      .filter((policy) => policy.subjects.some((subject) => subjects.includes(subject)))
      .flatMap(({ rule }) => (rule.effect === effect ? rule : []))
    const id = 'user' in who ? who.user : undefined
    return makeReach([...more, ...rules], undefined, decider.ofUser(id))
  }

  return {
    reachOf: (who) => {
      if ('service' in who) return reachOfService(who.service, who.tier)
      return 'unregistered' in who ? reachOfUnregistered(who.tier) : reachOfUser(who, 'allow')
    },
    denialsOf: (who) =>
      'service' in who || 'unregistered' in who ? nothing : reachOfUser(who, 'deny', [everything]),
  }
}

type User = { readonly user: string } | { readonly role: string }

/** Whom a service is reached by depends on its id and tier alone. */
const nobody = { issuer: '', clientId: '', attributes: {} }
const everything: PolicyRule = { name: 'everything', effect: 'allow', operations: ['*'] }
