import { describe, expect, it } from 'vitest'
import { hydra } from '../../../src/principal/profiles/hydra.js'
import type { JsonObject } from '../../../src/token/compact.js'
import { judge, serviceOf } from './samples.js'

const service = serviceOf(hydra)
const { classify } = hydra

describe('hydra', () => {
  it.each<[string, JsonObject, string]>([
    ['a service', service, 'service'],
    ['a person', { ...service, sub: 'user-1' }, 'user'],
    ['a person by password', { ...service, ext: { username: 'jdoe' } }, 'user'],
    ['a person by a claim that is let to the top', { ...service, sid: 's' }, 'user'],
    ['no client', { sub: 'billing' }, 'unknown'],
    ['no subject', { client_id: 'billing' }, 'unknown'],
    ['neither', { sub: '', client_id: '' }, 'unknown'],
    ['ext that is no object', { ...service, ext: ['username'] }, 'service'],
  ])('%s: %3$s', (_what, claims, kind) => {
    expect(classify(claims).kind).toBe(kind)
  })

  it('is told with its evidence', () => {
    expect(classify(service).evidence).toBe('claim "sub" is claim "client_id"')
    expect(classify({ ...service, ext: { username: '' } }).evidence).toBe(
      'claim "ext.username" is present',
    )
  })

  it('needs an audience, which it leaves empty by default, and is no ID token', () => {
    expect(judge(hydra, service)).toBe('service')
    expect(judge(hydra, { ...service, aud: [] })).toBe('audience_mismatch')
    expect(judge(hydra, { ...service, at_hash: 'x' })).toBe('token_kind')
    expect(judge(hydra, { ...service, client_id: undefined })).toBe('unknown')
  })

  it('states its own claims under ext, and scopes as scp or scope', () => {
    expect(hydra).toMatchObject({ claimPrefix: 'ext.', grantsFrom: ['scp', 'scope'] })
  })
})
