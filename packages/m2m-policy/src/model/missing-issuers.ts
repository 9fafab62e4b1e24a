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
    const what = idAlone(policy)
    return what === undefined ? [] : [{ policy, what }]
  })
  if (asked.length === 0) return []
  const tree = new Map(roles.map((role) => [role.name, role]))
  const held = heldRoles([...new Set(services.flatMap((service) => service.roles))], tree)
  const isOfServices = (subject: string): boolean =>
    /^(?:service|tier):/.test(subject) ||
    (subject.startsWith('role:') && held.has(subject.slice(5)))
  return asked
    .filter(({ policy }) => policy.subjects.some(isOfServices))
    .map(({ policy, what }) => {
      const remedy =
        policy.effect === 'allow'
          ? 'add a condition on subject.issuer with equals or in, or name services in subjects'
          : 'spare issuers, or name those that are denied'
      const message = `policy ${quote(policy.name)} asks for ${what}: with clients of several issuers that names nobody; ${remedy}`
      return { ...policy.at, message }
    })
}

/** Which id, and that no issuer stands beside it; undefined where all is well. */
const idAlone = ({ effect, conditions }: PolicyEntry): string | undefined => {
  const onIds = conditions.filter(({ field }) => ids.includes(field))
  if (effect === 'deny') {
    const sparing = onIds.find(({ operator }) => sparingOperators.includes(operator))
    return sparing && `${sparing.field} ${sparing.operator}, whoever its issuer is`
  }
  const isNamed = conditions.some(
    ({ field, operator }) => field === 'subject.issuer' && namingOperators.includes(operator),
  )
  return isNamed || !onIds[0] ? undefined : `${onIds[0].field} without subject.issuer`
}

const ids: readonly string[] = ['subject.id', 'subject.clientId']
const sparingOperators: readonly string[] = ['not_equals', 'not_in', 'exists']
const namingOperators: readonly string[] = ['equals', 'in']
