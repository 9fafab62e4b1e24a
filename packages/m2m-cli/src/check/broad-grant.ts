import type { ModelReach } from './model-reach.js'
import type { PolicyWarning } from './warning.js'

/** Allows for all services without a condition. */
export const findBroadGrants = ({ model }: ModelReach): readonly PolicyWarning[] =>
  model.policies.flatMap(({ name, effect, subjects, conditions, rule, at }) => {
    const isBroad = effect === 'allow' && conditions.length === 0 && subjects.includes('service:*')
    if (!isBroad) return []
    const [first, ...more] = rule.operations
    const what = more.length === 0 ? first : `${first} and ${more.length} more`
    const message = `policy ${JSON.stringify(name)} allows ${what} to every service, registered or not, new ones included; name services, roles or tiers, or add conditions, unless all are meant`
    return [{ ...at, code: 'broad-grant', message }]
  })
