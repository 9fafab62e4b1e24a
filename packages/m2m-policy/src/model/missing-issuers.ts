import { idAlone } from 'm2m-core'
import type { PolicyProblem } from '../problem/policy-problem.js'
import { quote } from '../problem/quote.js'
import type { PolicyEntry, RoleEntry, ServiceEntry } from './policy-model.js'
import { heldRoles } from './role-tree.js'

/** The parts of a policy that are looked at together. */
interface Parts {
  readonly services: readonly ServiceEntry[]
  readonly roles: readonly RoleEntry[]
  readonly policies: readonly PolicyEntry[]
}

/**
 * Policies that tell services apart by an id alone where clients of several issuers are registered.
 * The same id of another issuer is another service: the core refuses to decide by such a rule, and
 * that only when a service that it reaches calls.
 */
export const missingIssuers = ({ services, roles, policies }: Parts): readonly PolicyProblem[] => {
  const issuers = services.flatMap(({ clients }) => clients.flatMap(({ issuer }) => issuer ?? []))
  if (new Set(issuers).size < 2) return []
  const asked = policies.flatMap((policy) => {
    const fault = idAlone(policy)
    return fault === undefined ? [] : [{ policy, fault }]
  })
  if (asked.length === 0) return []
  const tree = new Map(roles.map((role) => [role.name, role]))
  const held = heldRoles([...new Set(services.flatMap((service) => service.roles))], tree)
  const isOfServices = (subject: string): boolean =>
    /^(?:service|tier):/.test(subject) ||
    (subject.startsWith('role:') && held.has(subject.slice(5)))
  return asked
    .filter(({ policy }) => policy.subjects.some(isOfServices))
    .map(({ policy, fault }) => {
      const message = `policy ${quote(policy.name)}: with clients of several issuers ${fault}`
      return { ...policy.at, message }
    })
}
