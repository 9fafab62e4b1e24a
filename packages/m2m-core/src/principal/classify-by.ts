import { quote } from '../errors/quote.js'
import { isJsonObject, type JsonObject, member } from '../token/compact.js'
import type { Classification, Classifier } from './classify.js'
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
 * unknown.
 */
export const classifyBy = ({ user, service }: Signs): Classifier => ({
  classify: (claims) =>
    delegation(claims) ?? userBy(user, claims) ?? oddActor(claims) ?? weigh(claims, service),
  looksLikeService: (claims) => service.every(({ shows }) => shows(claims)),
})

/** A token that names an actor is delegated, whatever else it carries. */
export const delegation = (claims: JsonObject): Classification | undefined =>
  isJsonObject(member(claims, 'act'))
    ? { kind: 'delegated', evidence: 'claim "act" names an actor' }
    : undefined

/** A token with one of these signs is a user's. */
export const userBy = (signs: readonly Sign[], claims: JsonObject): Classification | undefined => {
  const person = signs.find(({ shows }) => shows(claims))
  return person && { kind: 'user', evidence: person.says }
}

/** An actor that is none makes a token nobody's. */
export const oddActor = (claims: JsonObject): Classification | undefined =>
  Object.hasOwn(claims, 'act')
    ? {
        kind: 'unknown',
        evidence: `claim "act" is ${quote(member(claims, 'act'))}`,
        isContradiction: true,
      }
    : undefined

const weigh = (claims: JsonObject, service: Signs['service']): Classification => {
  const missing = service.find(({ shows }) => !shows(claims))
  if (!missing) return { kind: 'service', evidence: service.map(({ says }) => says).join(', ') }
  const { says, remedy, claim } = missing
  const got = claim === undefined ? '' : `, got ${quote(member(claims, claim))}`
  return { kind: 'unknown', evidence: `not so: ${says}${got}`, ...(remedy && { remedy }) }
}
