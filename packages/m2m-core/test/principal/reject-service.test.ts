import { describe, expect, it } from 'vitest'
import type { ServiceIssuer } from '../../src/principal/identify.js'
import { rfc9068 } from '../../src/principal/profiles/rfc9068.js'
import { rejectService } from '../../src/principal/reject-service.js'
import type { JsonObject } from '../../src/token/compact.js'
import { issuerRules } from '../token/issuer-rules.js'
import { claimSources } from './claim-sources.js'
import { samples, without } from './profiles/samples.js'

const ours = 'https://issuer.test'
const issuer: ServiceIssuer = {
  rules: issuerRules(),
  keys: {} as ServiceIssuer['keys'],
  profile: rfc9068,
  trust: new Set(),
  claims: claimSources(),
  tier: undefined,
  isService: undefined,
}
const causeOf = (claims: JsonObject): string | undefined =>
  rejectService(claims, new Map([[ours, issuer]]))?.cause

describe('rule 3 the other way round: a route for users', () => {
  it.each([ours, 'https://login.test', undefined])('refuses a service of issuer %s', (iss) => {
    expect(causeOf({ iss, sub: 'billing', client_id: 'billing' })).toBe('principal_is_service')
    expect(causeOf({ iss, azp: 'billing', sub: 'billing' })).toBe('principal_is_service')
  })

  it('refuses what cannot be told when it comes from an issuer that is configured', () => {
    expect(causeOf({ iss: ours, sub: 'someone' })).toBe('principal_is_no_user')
    expect(causeOf({ iss: ours })).toBe('principal_is_no_user')
    expect(causeOf({ iss: ours, sub: 'a', client_id: 'a', azp: 'b' })).toBe('principal_is_no_user')
  })

  it('passes what cannot be told when it comes from the issuer of user auth alone', () => {
    expect(causeOf({ iss: 'https://login.test', sub: 'someone' })).toBeUndefined()
    expect(causeOf({ sub: 'someone' })).toBeUndefined()
  })

  it.each([ours, 'https://login.test'])('passes users and delegated tokens of %s', (iss) => {
    expect(causeOf({ iss, sub: 'user-1', client_id: 'web' })).toBeUndefined()
    expect(causeOf({ iss, sub: 'user-1', act: { sub: 'billing' } })).toBeUndefined()
  })

  it('refuses what has all that makes a service, whoever it also seems to be', () => {
    const service = { iss: ours, sub: 'web', client_id: 'web' }
    for (const added of [{ sid: '1' }, { user_id: '7' }, { gty: 'x' }, { act: { sub: 'alice' } }]) {
      expect(causeOf({ ...service, ...added })).toBe('principal_is_service')
    }
    const message = rejectService({ ...service, sid: '1' }, new Map([[ours, issuer]]))?.message
    expect(message).toMatch(
      /claim "sid" is present; take that claim out of the tokens of services$/,
    )
  })

  it.each(samples)(
    'asks every profile about claims that name no issuer of ours: $what',
    (sample) => {
      const { profile, service } = sample
      const issuers = new Map([['https://other.test', { ...issuer, profile }]])
      const { iss, ...claims } = service
      const named = { ...claims, ...(profile.name === 'entra' && { iss }) }
      expect(rejectService(named, issuers)?.cause).toBe('principal_is_service')
    },
  )

  it.each(samples)('reads the claims of its issuer by its profile: $what', (sample) => {
    const { profile, service, people } = sample
    const issuers = new Map([[String(service['iss'] ?? ours), { ...issuer, profile }]])
    const causeFor = (claims: JsonObject) => rejectService({ iss: ours, ...claims }, issuers)?.cause
    expect(causeFor(service)).toBe('principal_is_service')
    // What is laid over a service's token is a person's only where it takes a marker away.
    for (const sign of people) {
      const token = { iss: ours, ...service, ...sign }
      const isService = profile.looksLikeService(token)
      expect(causeFor(token)).toBe(isService ? 'principal_is_service' : undefined)
    }
    expect(causeFor({ ...service, act: { sub: 'bff' } })).toBe('principal_is_service')
    for (const marker of sample.markers.filter((name) => name !== 'iss')) {
      expect(causeFor(without(service, marker))).not.toBe(undefined)
    }
  })

  it('row 21: reads own members only', () => {
    const claims = Object.create({ client_id: 'billing', sub: 'billing' }) as JsonObject
    expect(causeOf(claims)).toBeUndefined()
    expect(causeOf({ iss: '__proto__', sub: 'a' })).toBeUndefined()
    expect(causeOf({ iss: 7, sub: 'a' })).toBeUndefined()
  })

  it('tells the operator what was seen and what to change', () => {
    const claims = { iss: ours, sub: 'billing', client_id: 'billing' }
    const message = rejectService(claims, new Map([[ours, issuer]]))?.message
    expect(message).toMatch(/^expected a user, .*sub is the client id; .*another audience$/)
    const other = rejectService({ iss: ours, sub: 'x' }, new Map([[ours, issuer]]))?.message
    expect(other).toContain('profile rfc9068 of https://issuer.test cannot tell')
  })
})
