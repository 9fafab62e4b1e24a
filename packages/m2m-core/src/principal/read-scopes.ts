import { isRefusal, type Refusal } from '../errors/refusal.js'
import { claimMalformed } from '../token/check-claims.js'
import type { JsonObject } from '../token/compact.js'
import { readClaim } from './claim-path.js'
import type { ClaimSources } from './identify.js'

/**
 * The token's scopes, each once, from every claim that grants: text is split at single spaces (RFC
 * 6749 §3.3), lists of texts are taken as they are. With a prefix only scopes that have it count,
 * without it. No claim: no scopes. Any other type refuses the token.
 */
export const readScopes = (
  claims: JsonObject,
  { grants, scopePrefix }: ClaimSources,
): readonly string[] | Refusal => {
  const scopes = new Set<string>()
  for (const name of grants) {
    const list = listOf(name, readClaim(claims, name))
    if (isRefusal(list)) return list
    for (const scope of list) scopes.add(scope)
  }
  if (scopePrefix === undefined) return [...scopes]
  return [...scopes]
    .filter((scope) => scope.startsWith(scopePrefix))
    .map((scope) => scope.slice(scopePrefix.length))
}

const listOf = (name: string, value: unknown): readonly string[] | Refusal => {
  if (value === undefined) return []
  if (typeof value === 'string') return value.split(' ').filter((scope) => scope.length > 0)
  const isList = Array.isArray(value) && value.every((scope) => typeof scope === 'string')
  return isList ? value : claimMalformed(name, 'text or a list of texts', value)
}
