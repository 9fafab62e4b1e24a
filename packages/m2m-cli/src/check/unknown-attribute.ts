import { didYouMean, type PolicyModel } from 'm2m-policy'
import {
  type AttributeCondition,
  attributeConditions,
  hasAttribute,
  statedNames,
  whatNotKnowingDoes,
} from './attribute-conditions.js'
import type { ModelReach } from './model-reach.js'
import type { PolicyWarning } from './warning.js'

/** Conditions on attributes that no service has of those that the policy reaches. */
export const findUnknownAttributes = (reach: ModelReach): readonly PolicyWarning[] => {
  let names: ReadonlySet<string> | undefined
  return attributeConditions(reach).flatMap((asked) => {
    const { policy, condition, attribute, services } = asked
    if (mayBeAbsent(asked) || services.some((one) => hasAttribute(condition, one))) return []
    names ??= attributeNames(reach.model)
    const remedy = names.has(attribute)
      ? '; others have it: give it to those that are meant'
      : didYouMean(attribute, names) || '; correct the name, or give it to the services'
    const message = `policy ${JSON.stringify(policy.name)}: no service that it reaches has the attribute ${JSON.stringify(attribute)}; ${consequence(asked)}${remedy}`
    return [{ ...policy.at, code: 'unknown-attribute' as const, message }]
  })
}

/** Whoever asks whether it exists, or denies those that have it, counts on some having none. */
const mayBeAbsent = ({ policy, condition: { operator, value } }: AttributeCondition): boolean =>
  operator === 'exists' && (value === false || policy.effect === 'deny')

const consequence = ({ policy, condition }: AttributeCondition): string =>
  condition.operator === 'exists'
    ? 'the policy asks for it, so it allows nobody'
    : whatNotKnowingDoes(policy)

/** Every name that a condition could mean, `labels.region` included. */
const attributeNames = ({ services }: PolicyModel): ReadonlySet<string> => {
  const names = new Set(statedNames)
  const addAll = (holder: object, prefix: string): void => {
    for (const [name, value] of Object.entries(holder)) {
      names.add(`${prefix}${name}`)
      const isHolder = typeof value === 'object' && value !== null && !Array.isArray(value)
      if (isHolder) addAll(value, `${prefix}${name}.`)
    }
  }
  for (const { attributes } of services) addAll(attributes, '')
  return names
}
