import { describe, expect, it } from 'vitest'
import { allCauses, codeOf, stageOf } from '../../src/errors/causes.js'
import { describeCode, publicCodes } from '../../src/errors/codes.js'

describe('causes', () => {
  it('each lead to a code of the public list', () => {
    expect(allCauses.length).toBeGreaterThan(0)
    for (const cause of allCauses) expect(publicCodes).toContain(codeOf(cause))
  })

  it('each belong to a stage of the line that can say no', () => {
    const stages = ['credential', 'token', 'principal', 'scope', 'quota', 'decision', 'audit']
    for (const cause of allCauses) expect(stages).toContain(stageOf(cause))
  })

  it('cannot be added to', () => {
    expect(Object.isFrozen(allCauses)).toBe(true)
  })
})

describe('rule 1: three kinds of failure, never mixed', () => {
  const dependencies = [
    'key_set_unavailable',
    'quota_store_unavailable',
    'engine_unavailable',
    'record_not_written',
  ] as const

  it.each(dependencies)('%s is the fault of a dependency: 503', (cause) => {
    expect(codeOf(cause)).toBe('authorization_unavailable')
  })

  it('every other cause is the fault of the caller', () => {
    const away: readonly string[] = dependencies
    for (const cause of allCauses.filter((one) => !away.includes(one))) {
      expect(describeCode(codeOf(cause)).kind).toBe('refused')
    }
  })
})

describe('public codes (finer causes exist in the record and the log only)', () => {
  it('token_expired stands for nothing but a token past its expiry', () => {
    const causes = allCauses.filter((cause) => codeOf(cause) === 'token_expired')
    expect(causes).toEqual(['token_past_expiry'])
  })

  it('every other refusal of the token stage that is no outage is invalid_token', () => {
    const apart = ['token_past_expiry', 'key_set_unavailable']
    const causes = allCauses.filter((one) => stageOf(one) === 'token' && !apart.includes(one))
    expect(new Set(causes.map(codeOf))).toEqual(new Set(['invalid_token']))
  })

  it.each([
    ['row 26', 'credential_duplicated', 'invalid_request'],
    ['row 25', 'credential_malformed', 'invalid_request'],
    ['row 24', 'no_bearer_credential', 'credentials_missing'],
    ['rule 3', 'principal_is_user', 'principal_type_mismatch'],
    ['rule 3', 'principal_is_delegated', 'principal_type_mismatch'],
    ['idp-tokens §2.3', 'principal_unknown', 'principal_unclassified'],
    ['R3', 'scope_missing', 'insufficient_scope'],
  ] as const)('%s: %s is answered as %s', (_source, cause, code) => {
    expect(codeOf(cause)).toBe(code)
  })
})
