import { isJsonObject, type JsonObject, member } from '../token/compact.js'

/**
 * Reads the claim of this name: a member of the token, or one inside others, `ext.tier`. At each
 * level the longest name that is there counts, so names may have dots of their own, such as
 * `https://acme.com/tier`. Own members only. Where something on the way is no object, that is what
 * is read: a claim that cannot be looked into is malformed, not missing.
 */
export const readClaim = (claims: JsonObject, path: string): unknown => {
  if (Object.hasOwn(claims, path)) return member(claims, path)
  for (let end = path.lastIndexOf('.'); end > 0; end = path.lastIndexOf('.', end - 1)) {
    const name = path.slice(0, end)
    if (!Object.hasOwn(claims, name)) continue
    const inner = member(claims, name)
    return isJsonObject(inner) ? readClaim(inner, path.slice(end + 1)) : inner
  }
  return undefined
}
