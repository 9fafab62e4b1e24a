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
    const { allowedOps, withinOps } = principal
    const version = options.policy && versionFor(options.policy, subjectOf(principal))
    const key = keyOf(principal, version)
    const known = shared.get(key)
    if (known) return known
    const layers = createLayers(principal, options, compile)
    shared.set(key, layers, { size: 1 + (allowedOps ?? withinOps ?? []).length + layers.cost })
    return layers
  }
}

/**
 * Each part tells its length, so that no two lists of parts are joined to the same text. For each new
 * token: JSON would take three times as long.
 */
const keyOf = (principal: Principal, version: Layers['version']): string => {
  const { issuer, id, clientId, tier, attributes, registered, allowedOps, withinOps } = principal
  return (
    part(issuer) +
    part(id) +
    part(clientId) +
    part(tier) +
    part(attributesOf(attributes)) +
    part(registered ? 'registered' : undefined) +
    partOfOps(allowedOps) +
    partOfOps(withinOps) +
    part(version === undefined ? undefined : `${typeof version} ${version}`)
  )
}

const part = (text: string | undefined): string =>
  text === undefined ? '-' : `${text.length}:${text}`

const attributesOf = (attributes: Principal['attributes']): string | undefined =>
  Object.keys(attributes).length === 0 ? undefined : JSON.stringify(attributes)

/** In whatever order a token states them. */
const partOfOps = (ops: readonly string[] | undefined): string => {
  if (ops === undefined) return '-'
  let joined = ''
  for (const op of ops.length > 1 ? [...ops].sort() : ops) joined += part(op)
  return part(joined)
}
