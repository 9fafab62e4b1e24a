import { quote } from '../errors/quote.js'
import { isJsonObject, type JsonObject, member } from '../token/compact.js'
import type { Classification } from './classify.js'
import type { Sign } from './signs.js'

/** How the tokens of one provider show whose they are. */
export interface Signs {
  /** Any one makes the token a user's, whatever else it carries. */
  readonly user: readonly Sign[]
  /** All together make it a service's. At least one: none at all would hold of every token. */
  readonly service: readonly [Sign, ...Sign[]]
}

/**
 * Makes the classifier of a provider. Fails closed: an actor (RFC 8693 §4.1) makes a token
 * delegated, one sign of a user makes it a user's, and a missing sign of a service leaves it
 * unknown. Scopes, roles and operations are never evidence.
 */
export const classifyBy =
  ({ user, service }: Signs) =>
  (claims: JsonObject): Classification => {
    const actor = member(claims, 'act')
    if (isJsonObject(actor)) return { kind: 'delegated', evidence: 'claim "act" names an actor' }
    const person = user.find(({ shows }) => shows(claims))
    if (person) return { kind: 'user', evidence: person.says }
    if (Object.hasOwn(claims, 'act')) {
      return { kind: 'unknown', evidence: `claim "act" is ${quote(actor)}` }
    }
    const missing = service.find(({ shows }) => !shows(claims))
    if (!missing) return { kind: 'service', evidence: service.map(({ says }) => says).join(', ') }
    const { says, remedy } = missing
    return { kind: 'unknown', evidence: `not so: ${says}`, ...(remedy !== undefined && { remedy }) }
  }
