import type { ModelReach } from './model-reach.js'
import type { PolicyWarning } from './warning.js'

/**
 * Services without a tier where tiers have ceilings. Where several services are registered and none
 * has a tier, tokens may well state them: that is said once, and not of each service.
 */
export const findServicesWithoutTier = ({ model }: ModelReach): readonly PolicyWarning[] => {
  const [lowest] = model.tiers
  const without = model.services.filter(({ tier, disabled }) => tier === undefined && !disabled)
  if (!lowest?.operations || without.length === 0) return []
  const floor = JSON.stringify(lowest.name)
  if (model.services.length > 1 && model.services.every(({ tier }) => tier === undefined)) {
    const message = `no service has a tier, so all have the ceiling of the lowest, ${floor}, unless their tokens state another; add tier to the services`
    return [{ ...lowest.at, code: 'no-tier', message }]
  }
  return without.map(({ id, at }) => {
    const message = `service ${JSON.stringify(id)} has no tier, so it has the ceiling of the lowest, ${floor}, unless its tokens state another; add tier: ${floor} if that is meant`
    return { ...at, code: 'no-tier', message }
  })
}
