import { commonOperations } from 'm2m-core'
import type { PolicyEntry, ServiceEntry } from 'm2m-policy'
import type { Ceiling, ModelReach } from './model-reach.js'
import type { PolicyWarning } from './warning.js'

/** Enabled services that no allow reaches, or none within their ceiling. */
export const findIdleServices = (reach: ModelReach): readonly PolicyWarning[] => {
  const known = new Map<Ceiling, Map<PolicyEntry, boolean>>()
  const isKnownWithin: IsWithin = (policy, ceiling) => {
    const answers = known.get(ceiling) ?? new Map<PolicyEntry, boolean>()
    const answer = answers.get(policy) ?? isWithin(policy, ceiling)
    known.set(ceiling, answers.set(policy, answer))
    return answer
  }
  return reach.model.services.flatMap((service) => {
    if (service.disabled) return []
    const message = whyIdle(service, reach, isKnownWithin)
    return message ? [{ ...service.at, code: 'idle-service', message }] : []
  })
}

type IsWithin = (policy: PolicyEntry, ceiling: Ceiling) => boolean

const whyIdle = (
  service: ServiceEntry,
  reach: ModelReach,
  isKnownWithin: IsWithin,
): string | undefined => {
  const id = JSON.stringify(service.id)
  const remedy = 'or remove or disable the service'
  const ceilings = reach.ceilingsOfService(service)
  let isReached = false
  for (const subject of reach.subjectsOf(service)) {
    for (const policy of reach.policiesFor(subject)) {
      if (policy.effect === 'deny') continue
      if (ceilings.some((ceiling) => isKnownWithin(policy, ceiling))) return undefined
      isReached = true
    }
  }
  return isReached
    ? `service ${id} is allowed only what is above the ceiling of its tier, so every operation is refused to it; move it to another tier, allow what its tier may, ${remedy}`
    : `no allow reaches service ${id}, so every operation is refused to it; name it or one of its roles in a policy, ${remedy}`
}

const isWithin: IsWithin = ({ rule }, ceiling) =>
  ceiling === undefined ||
  ceiling.some((limit) =>
    rule.operations.some((operation) => commonOperations(limit, operation) !== undefined),
  )
