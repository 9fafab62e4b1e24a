import { quote } from '../errors/quote.js'
import { clientIdClaims, clientIdsOf } from '../token/client-id.js'
import { isJsonObject, type JsonObject, member } from '../token/compact.js'

/** Whose token it is. Only a service passes machine routes. */
export type PrincipalKind = 'service' | 'user' | 'delegated' | 'unknown'

/** A kind with what spoke for it, for the log and the record. */
export interface Classification {
  readonly kind: PrincipalKind
  readonly evidence: string
  /** What to do at the authorization server so that its tokens can be told. */
  readonly remedy?: string
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

/** Claims that name the kind of caller or grant outright, with what they say of a machine. */
const grantMarkers = [
  ['idtyp', 'app'],
  ['gty', 'client-credentials'],
] as const

const isOther = (value: unknown, machine: string): boolean =>
  value !== undefined && value !== machine

/**
 * Classifies verified claims by what RFC 9068 §2.2 and RFC 8693 §4.1 say and what authorization
 * servers do: a service's token has its client as subject, or no subject. Fails closed: an actor
 * makes it delegated, a sign of a person makes it a user's, anything else that does not fit makes it
 * unknown. Scopes, roles and operations are never evidence.
 */
export const classify = (claims: JsonObject): Classification => {
  const actor = member(claims, 'act')
  if (isJsonObject(actor)) return { kind: 'delegated', evidence: 'claim "act" names an actor' }
  const marker = userMarkers.find((name) => Object.hasOwn(claims, name))
  if (marker) return { kind: 'user', evidence: `claim "${marker}" is present` }
  const grant = grantMarkers.find(([name, machine]) => isOther(member(claims, name), machine))
  if (grant) return { kind: 'user', evidence: `claim "${grant[0]}" names no machine` }
  const clientIds = clientIdsOf(claims)
  const subject = member(claims, 'sub')
  const own = clientIds.find((id) => subject === id || subject === `${id}@clients`)
  if (clientIds.length > 0 && subject !== undefined && own === undefined) {
    const clients = quote(clientIds)
    return { kind: 'user', evidence: `sub ${quote(subject)} is none of the clients ${clients}` }
  }
  return doubtIn(claims, clientIds) ?? { kind: 'service', evidence: evidenceOf(subject) }
}

/** What keeps a token that shows no user from being a service's; undefined when nothing does. */
const doubtIn = (claims: JsonObject, clientIds: readonly string[]): Classification | undefined => {
  const remedy = 'choose the profile of this authorization server or have it issue client_id'
  const doubt = (evidence: string): Classification => ({ kind: 'unknown', evidence, remedy })
  if (Object.hasOwn(claims, 'act')) return doubt(`claim "act" is ${quote(claims['act'])}`)
  if (clientIds.length === 0) return doubt('no claim names a client')
  if (clientIds.some((id) => id !== clientIds[0])) {
    return doubt(`its claims name different clients ${quote(clientIds)}`)
  }
  const odd = clientIdClaims.find((name) => Object.hasOwn(claims, name) && !isText(claims[name]))
  return odd === undefined ? undefined : doubt(`claim "${odd}" is ${quote(claims[odd])}`)
}

const evidenceOf = (subject: unknown): string =>
  subject === undefined ? 'a client and no subject' : 'sub is the client id'

const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0
