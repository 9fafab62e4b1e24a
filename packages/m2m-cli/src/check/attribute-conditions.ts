import { askCondition, type Condition } from 'm2m-core'
import type { PolicyEntry, ServiceEntry } from 'm2m-policy'
import type { ModelReach } from './model-reach.js'

/** A condition on an attribute of services, and the services that its policy reaches. */
export interface AttributeCondition {
  readonly policy: PolicyEntry
  readonly condition: Condition
  /** `region` of `subject.region`. */
  readonly attribute: string
  readonly services: readonly ServiceEntry[]
}

/** What a token or the configuration of issuers tells of a service, beside its attributes. */
export const statedNames: readonly string[] = ['id', 'issuer', 'clientId', 'tier']

/**
 * The conditions on attributes of which the files tell all there is to know: those of policies that
 * reach services, and cannot reach users.
 */
export const attributeConditions = (reach: ModelReach): readonly AttributeCondition[] =>
  reach.model.policies.flatMap((policy) => {
    const conditions = policy.conditions.flatMap((condition) => {
      const [holder, ...path] = condition.field.split('.')
      const isOwn = holder === 'subject' && !statedNames.includes(path[0] ?? '')
      return isOwn ? [{ condition, attribute: path.join('.') }] : []
    })
    if (conditions.length === 0 || policy.subjects.some(reach.mayBeUsers)) return []
    const services = [...new Set(policy.subjects.flatMap(reach.servicesOf))]
    if (services.length === 0) return []
    return conditions.map((one) => ({ ...one, policy, services }))
  })

/** Whether a condition holds for a service; undefined when that is not known. */
export const askOfService = (
  condition: Condition,
  { attributes }: ServiceEntry,
): boolean | undefined => askCondition(condition, { subject: { attributes } })

/** Whether a service has what a condition asks about. */
export const hasAttribute = ({ field }: Condition, service: ServiceEntry): boolean =>
  askOfService({ field, operator: 'exists', value: true }, service) === true

/** What follows from a condition that is known of nobody. */
export const whatNotKnowingDoes = ({ effect }: PolicyEntry): string =>
  effect === 'allow'
    ? 'what is not known never allows, so it allows nobody'
    : 'what is not known denies, so this condition spares nobody'
