import { type Refusal, refuse } from '../errors/refusal.js'
import { type JsonObject, member } from '../token/compact.js'
import { classify } from './classify.js'
import type { ServiceIssuer } from './identify.js'

/**
 * Refuses claims that user auth has verified unless they can be a user's: those of a service always,
 * and those that cannot be told when they come from an issuer configured here. A user, and a
 * service acting for one, pass. Verifies nothing.
 */
export const rejectService = (
  claims: JsonObject,
  issuers: ReadonlyMap<string, ServiceIssuer>,
): Refusal | undefined => {
  const issuer = issuerOf(claims, issuers)
  const { kind, evidence } = (issuer?.profile.classify ?? classify)(claims)
  if (kind === 'service') return isService(evidence)
  return kind === 'unknown' && issuer ? isNoUser(evidence, issuer) : undefined
}

const issuerOf = (
  claims: JsonObject,
  issuers: ReadonlyMap<string, ServiceIssuer>,
): ServiceIssuer | undefined => {
  const name = member(claims, 'iss')
  return typeof name === 'string' ? issuers.get(name) : undefined
}

const isService = (evidence: string): Refusal =>
  refuse(
    'principal_is_service',
    `expected a user, user auth let a service in: ${evidence}; let services call the routes that ` +
      'm2mAuth guards, and give those another audience',
  )
const isNoUser = (evidence: string, { profile, rules }: ServiceIssuer): Refusal =>
  refuse(
    'principal_is_no_user',
    `expected a user, profile ${profile.name} of ${rules.issuer} cannot tell: ${evidence}; choose ` +
      'the profile of this authorization server',
  )
