import { type JsonObject, member } from './compact.js'

/** The claims by which authorization servers name the client, the standard one first. */
export const clientIdClaims: readonly string[] = Object.freeze(['client_id', 'azp', 'cid', 'appid'])

/** Every client id that a token names as text, in the order of the claims. */
export const clientIdsOf = (
  claims: JsonObject,
  names: readonly string[] = clientIdClaims,
): readonly string[] =>
  names
    .map((name) => member(claims, name))
    .filter((value): value is string => typeof value === 'string' && value.length > 0)

/** The client id that a token names first, undefined when it names none as text. */
export const clientIdOf = (claims: JsonObject, names?: readonly string[]): string | undefined =>
  clientIdsOf(claims, names)[0]
