import { describe, expect, it } from 'vitest'
import { duende } from '../../../src/principal/profiles/duende.js'
import type { JsonObject } from '../../../src/token/compact.js'
import { judge, serviceOf } from './samples.js'

const service = serviceOf(duende)
const { classify } = duende

describe('duende', () => {
  it.each<[string, JsonObject, string]>([
    ['a service, which has no subject', service, 'service'],
    ['a person', { client_id: 'web', sub: '42', idp: 'local', amr: ['pwd'] }, 'user'],
    ['another subject alone', { ...service, sub: '42' }, 'user'],
    ['a person without subject', { ...service, auth_time: 1_800_000_000 }, 'user'],
    ['a static subject', { ...service, sub: 'billing' }, 'unknown'],
    ['an empty subject', { ...service, sub: '' }, 'unknown'],
    ['no client', { scope: ['s2s:internal'] }, 'unknown'],
  ])('%s: %3$s', (_what, claims, kind) => {
    expect(classify(claims).kind).toBe(kind)
  })

  it('is told with its evidence, and what to do where there is none', () => {
    expect(classify(service).evidence).toBe(
      'claim "client_id" names the client, claim "sub" is absent',
    )
    expect(classify({ ...service, sub: '42' }).evidence).toBe(
      'claim "sub" is not claim "client_id"',
    )
    expect(classify({ ...service, sub: 'billing' })).toEqual({
      kind: 'unknown',
      evidence: 'not so: claim "sub" is absent',
      remedy: 'take the static claim "sub" from the client, or use isService',
    })
    expect(classify({})).not.toHaveProperty('remedy')
  })

  it('needs a client and an audience, and no subject', () => {
    expect(judge(duende, service)).toBe('service')
    expect(judge(duende, { ...service, client_id: undefined })).toBe('unknown')
    expect(judge(duende, { ...service, aud: undefined })).toBe('claim_missing')
    expect(judge(duende, { ...service, at_hash: 'x' })).toBe('token_kind')
  })
})
