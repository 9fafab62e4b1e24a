import { type Refusal, refuse } from '../errors/refusal.js'
import { type JsonObject, member } from '../token/compact.js'
import type { Classification } from './classify.js'
import type { ServiceIssuer } from './identify.js'
import { subjectIsClient } from './profiles/subject-is-client.js'

/**
 * Refuses claims that user auth has verified unless they can be a user's: whatever has all that
 * makes a service, for whoever it may act and whatever else it carries, and what cannot be told when
 * it comes from an issuer configured here. Verifies nothing.
 */
export const rejectService = (
  claims: JsonObject,
  issuers: ReadonlyMap<string, ServiceIssuer>,
): Refusal | undefined => {
  const issuer = issuerOf(claims, issuers)
  const { classify } = issuer?.profile ?? subjectIsClient
  const classification = classify(claims)
  if (classification.kind === 'service' || looksLikeService(claims, issuer, issuers)) {
    return isService(classification)
  }
  return classification.kind === 'unknown' && issuer ? isNoUser(classification, issuer) : undefined
}

/** Without an issuer of ours the claims may be any of theirs, or another's. */
const looksLikeService = (
  claims: JsonObject,
  issuer: ServiceIssuer | undefined,
  issuers: ReadonlyMap<string, ServiceIssuer>,
): boolean => {
  if (issuer) return issuer.profile.looksLikeService(claims)
  const profiles = [...issuers.values()].map(({ profile }) => profile)
  return [subjectIsClient, ...profiles].some((profile) => profile.looksLikeService(claims))
}

const issuerOf = (
  claims: JsonObject,
  issuers: ReadonlyMap<string, ServiceIssuer>,
): ServiceIssuer | undefined => {
  const name = member(claims, 'iss')
  return typeof name === 'string' ? issuers.get(name) : undefined
}

const isService = ({ kind, evidence }: Classification): Refusal =>
  refuse(
    'principal_is_service',
    kind === 'service'
      ? `expected a user, user auth let a service in: ${evidence}; let services call the routes ` +
          'that m2mAuth guards, and give those another audience'
      : `expected a user, all that makes a service is there beside this: ${evidence}; take that ` +
          'claim out of the tokens of services',
  )
const isNoUser = (
  { evidence, remedy = 'choose the profile of this authorization server' }: Classification,
  { profile, rules }: ServiceIssuer,
): Refusal =>
  refuse(
    'principal_is_no_user',
    `expected a user, profile ${profile.name} of ${rules.issuer} cannot tell: ${evidence}; ${remedy}`,
  )
