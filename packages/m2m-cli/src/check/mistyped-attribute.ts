import type { Condition } from 'm2m-core'
import type { ServiceEntry } from 'm2m-policy'
import {
  askOfService,
  attributeConditions,
  hasAttribute,
  whatNotKnowingDoes,
} from './attribute-conditions.js'
import type { ModelReach } from './model-reach.js'
import type { PolicyWarning } from './warning.js'

/** Conditions on attributes that services have, and none in a type that can be compared. */
export const findMistypedAttributes = (reach: ModelReach): readonly PolicyWarning[] =>
  attributeConditions(reach).flatMap(({ policy, condition, attribute, services }) => {
    const asked = services.find((service) => hasAttribute(condition, service))
    if (!asked || services.some((service) => askOfService(condition, service) !== undefined)) {
      return []
    }
    const { operator, value } = condition
    const compared = `${operator} ${JSON.stringify(value)}`
    const message = `policy ${JSON.stringify(policy.name)}: ${compared} cannot be compared with the attribute ${JSON.stringify(attribute)} of any service that it reaches: service ${JSON.stringify(asked.id)} has ${kindOf(condition, asked)}; ${whatNotKnowingDoes(policy)}; write both in the same type`
    return [{ ...policy.at, code: 'mistyped-attribute' as const, message }]
  })

const kindOf = ({ field }: Condition, { attributes }: ServiceEntry): string => {
  let value: unknown = attributes
  for (const name of field.split('.').slice(1)) value = (value as Record<string, unknown>)[name]
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return JSON.stringify(value)
}
