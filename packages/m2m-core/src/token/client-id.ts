import { type JsonObject, member } from './compact.js'

/** The claims by which authorization servers name the client, the standard one first. */
export const clientIdClaims = ['client_id', 'azp', 'cid', 'appid'] as const

/** Every client id that a token names as text. */
export const clientIdsOf = (claims: JsonObject): readonly string[] =>
  clientIdClaims
    .map((name) => member(claims, name))
    .filter((value): value is string => typeof value === 'string' && value.length > 0)

/** The client id that a token names first, undefined when it names none as text. */
export const clientIdOf = (claims: JsonObject): string | undefined => clientIdsOf(claims)[0]
