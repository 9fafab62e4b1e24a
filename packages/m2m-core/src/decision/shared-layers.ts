import { LRUCache } from 'lru-cache'
import { createRuleCompiler } from '../policy/compile-rules.js'
import { subjectOf, versionFor } from '../policy/policy.js'
import type { Principal } from '../principal/identify.js'
import { createLayers, type LayerOptions, type Layers } from './layers.js'

const mostServices = 5000
const operationsPerService = 10

/**
 * Shares layers between all tokens of a service that carry the same grants, as long as the policy
 * stays at its version for the service, so that a new token builds no ability.
 */
export const createSharedLayers = (options: LayerOptions): ((principal: Principal) => Layers) => {
  const shared = new LRUCache<string, Layers>({
    max: mostServices,
    maxSize: mostServices * operationsPerService,
  })
  const compile = createRuleCompiler()
  return (principal) => {
    const { issuer, id, clientId, tier, attributes, registered, allowedOps, withinOps } = principal
    const version = options.policy && versionFor(options.policy, subjectOf(principal))
    const ops = [allowedOps, withinOps].map((list) => list && [...list].sort())
    const key = JSON.stringify([
      issuer,
      id,
      clientId,
      tier,
      attributes,
      registered,
      ...ops,
      version,
    ])
    const known = shared.get(key)
    if (known) return known
    const layers = createLayers(principal, options, compile)
    shared.set(key, layers, { size: 1 + (allowedOps ?? withinOps ?? []).length + layers.cost })
    return layers
  }
}
