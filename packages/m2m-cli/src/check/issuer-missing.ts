import type { PolicyEntry } from 'm2m-policy'
import type { ModelReach } from './model-reach.js'
import type { PolicyWarning } from './warning.js'

/**
 * Policies that tell services apart by an id alone where clients of several issuers are registered.
 * The same id of another issuer is another service, so an API refuses to decide by such a rule: not
 * when the policy is read, but when a service that it reaches calls.
 */
export const findMissingIssuers = (reach: ModelReach): readonly PolicyWarning[] => {
  const clients = reach.model.services.flatMap((service) => service.clients)
  if (new Set(clients.flatMap(({ issuer }) => issuer ?? [])).size < 2) return []
  return reach.model.policies.flatMap((policy) => {
    const asked = policy.subjects.some((subject) => isOfServices(subject, reach)) && idAlone(policy)
    if (!asked) return []
    const remedy =
      policy.effect === 'allow'
        ? 'add a condition on subject.issuer with equals or in, or name services in subjects'
        : 'spare issuers, or name those that are denied'
    const message = `policy ${JSON.stringify(policy.name)} asks for ${asked}: with clients of several issuers that names nobody, and the API answers 500 to every service that the policy reaches; ${remedy}`
    return [{ ...policy.at, code: 'issuer-missing', message }]
  })
}

const isOfServices = (subject: string, { servicesOf }: ModelReach): boolean =>
  subject === 'service:*' || subject.startsWith('tier:') || servicesOf(subject).length > 0

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
