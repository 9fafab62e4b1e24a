import type { Refusal } from '../errors/refusal.js'
import { claimMalformed } from '../token/check-claims.js'
import { type JsonObject, member } from '../token/compact.js'

/**
 * The token's scopes from `scope`, else `scp`, each once: one text split at single spaces (RFC 6749
 * §3.3) or a list of texts taken as they are. No claim: no scopes. Any other type refuses the token.
 */
export const readScopes = (claims: JsonObject): readonly string[] | Refusal => {
  const name = Object.hasOwn(claims, 'scope') ? 'scope' : 'scp'
  const value = member(claims, name)
  if (value === undefined) return []
  if (typeof value === 'string') {
    return [...new Set(value.split(' ').filter((scope) => scope.length > 0))]
  }
  const isList = Array.isArray(value) && value.every((scope) => typeof scope === 'string')
  return isList
    ? [...new Set<string>(value)]
    : claimMalformed(name, 'text or a list of texts', value)
}
