import { quote } from '../errors/quote.js'
import { isJsonObject, type JsonObject, member } from '../token/compact.js'

/** Whose token it is. Only a service passes machine routes. */
export type PrincipalKind = 'service' | 'user' | 'delegated' | 'unknown'

/** A kind with what spoke for it, for the log and the record. */
export interface Classification {
  readonly kind: PrincipalKind
  readonly evidence: string
}

/** Claims that only tokens of people carry; whatever their value, they outweigh all else. */
const userMarkers = [
  'sid',
  'uid',
  'username',
  'user_id',
  'cognito:groups',
  'upn',
  'unique_name',
  'given_name',
  'family_name',
  'amr',
] as const

const clientIdClaims = ['client_id', 'azp', 'cid', 'appid'] as const

/** The client id that a token names, undefined when it names none or it is no text. */
export const clientIdOf = (claims: JsonObject): string | undefined => {
  const name = clientIdClaims.find((claim) => Object.hasOwn(claims, claim))
  const value = name === undefined ? undefined : claims[name]
  return typeof value === 'string' && value.length > 0 ? value : undefined
}

/**
 * Classifies verified claims by what RFC 9068 §2.2 and RFC 8693 §4.1 say and what authorization
 * servers do: a service's token has its client as subject, or no subject. Fails closed: an actor
 * makes it delegated, a sign of a person makes it a user's, anything else that does not fit makes it
 * unknown. Scopes, roles and operations are never evidence.
 */
export const classify = (claims: JsonObject): Classification => {
  if (Object.hasOwn(claims, 'act')) return classifyActor(claims['act'])
  const marker = userMarkers.find((name) => Object.hasOwn(claims, name))
  if (marker) return { kind: 'user', evidence: `claim "${marker}" is present` }
  const clientId = clientIdOf(claims)
  if (clientId === undefined) return { kind: 'unknown', evidence: 'no claim names a client' }
  const { client_id: named, azp } = claims
  if (named !== undefined && azp !== undefined && named !== azp) {
    return { kind: 'unknown', evidence: 'client_id and azp name different clients' }
  }
  const subject = member(claims, 'sub')
  if (subject === undefined) return { kind: 'service', evidence: 'a client and no subject' }
  if (subject === clientId) return { kind: 'service', evidence: 'sub is the client id' }
  if (subject === `${clientId}@clients`) {
    return { kind: 'service', evidence: 'sub is the client id with "@clients"' }
  }
  return {
    kind: 'user',
    evidence: `sub ${quote(subject)} differs from the client id ${quote(clientId)}`,
  }
}

const classifyActor = (actor: unknown): Classification =>
  isJsonObject(actor)
    ? { kind: 'delegated', evidence: 'claim "act" names an actor' }
    : { kind: 'unknown', evidence: `claim "act" is ${quote(actor)}` }
