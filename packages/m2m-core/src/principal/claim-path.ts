import { isJsonObject, type JsonObject, member } from '../token/compact.js'

/**
 * Reads the claim of this name: a member of the token, or where there is none, one inside others,
 * `ext.tier`. A name with dots of its own, such as `https://acme.com/tier`, is no path then. Own
 * members only.
 */
export const readClaim = (claims: JsonObject, path: string): unknown => {
  if (Object.hasOwn(claims, path)) return member(claims, path)
  let value: unknown = claims
  for (const name of path.split('.')) {
    if (!isJsonObject(value)) return undefined
    value = member(value, name)
  }
  return value
}
