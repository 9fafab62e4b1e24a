import { quote } from '../../errors/quote.js'
import { clientIdClaims, clientIdsOf } from '../../token/client-id.js'
import { isText, type JsonObject, member } from '../../token/compact.js'
import type { Classification, Classifier } from '../classify.js'
import { delegation, oddActor, userBy } from '../classify-by.js'
import { has, signsOfPeople } from '../signs.js'

const userMarkers = [...signsOfPeople, has('sid')]

/** Claims that name the kind of caller or grant outright, with what they say of a machine. */
const grantMarkers = [
  ['idtyp', 'app'],
  ['gty', 'client-credentials'],
] as const

/**
 * The rule of RFC 9068 §2.2 and of servers older than it: a service's token has its client as
 * subject, or no subject. A sign of a person makes it a user's, and anything else that does not fit
 * makes it unknown. Scopes, roles and operations are never evidence.
 */
export const subjectIsClient: Classifier = {
  classify: (claims) =>
    delegation(claims) ?? userBy(userMarkers, claims) ?? userByGrant(claims) ?? weigh(claims),
  looksLikeService: (claims) => {
    const subject = member(claims, 'sub')
    const [client] = clientIdsOf(claims)
    // Auth0's way, whose tokens are not told apart here: no user, and on routes of services no service.
    const isClient = subject === client || subject === `${client}@clients`
    return (subject === undefined || isClient) && doubtIn(claims) === undefined
  },
}

const userByGrant = (claims: JsonObject): Classification | undefined => {
  const grant = grantMarkers.find(
    ([name, machine]) => Object.hasOwn(claims, name) && claims[name] !== machine,
  )
  return grant && { kind: 'user', evidence: `claim "${grant[0]}" names no machine` }
}

const weigh = (claims: JsonObject): Classification => {
  const clientIds = clientIdsOf(claims)
  const subject = member(claims, 'sub')
  if (clientIds.length > 0 && subject !== undefined && !clientIds.includes(subject as string)) {
    const clients = quote(clientIds)
    return { kind: 'user', evidence: `sub ${quote(subject)} is none of the clients ${clients}` }
  }
  const doubt = oddActor(claims) ?? doubtIn(claims)
  return doubt ?? { kind: 'service', evidence: evidenceOf(subject) }
}

/** What keeps a token that shows no user from being a service's; undefined when nothing does. */
const doubtIn = (claims: JsonObject): Classification | undefined => {
  const clientIds = clientIdsOf(claims)
  const remedy = 'choose the profile of this authorization server or have it issue client_id'
  const doubt = (evidence: string) => ({ kind: 'unknown', evidence, remedy }) as const
  const odd = clientIdClaims.find((name) => Object.hasOwn(claims, name) && !isText(claims[name]))
  if (clientIds.length === 0 && odd === undefined) return doubt('no claim names a client')
  if (clientIds.some((id) => id !== clientIds[0])) {
    const evidence = `its claims name different clients ${quote(clientIds)}`
    return { ...doubt(evidence), isContradiction: true }
  }
  if (odd === undefined) return undefined
  return { ...doubt(`claim "${odd}" is ${quote(claims[odd])}`), isContradiction: true }
}

const evidenceOf = (subject: unknown): string =>
  subject === undefined ? 'a client and no subject' : 'sub is the client id'
