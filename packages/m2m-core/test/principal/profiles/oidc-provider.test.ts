import { describe, expect, it } from 'vitest'
import { oidcProvider } from '../../../src/principal/profiles/oidc-provider.js'
import type { JsonObject } from '../../../src/token/compact.js'
import { judge, serviceOf } from './samples.js'

const service = serviceOf(oidcProvider)
const { classify } = oidcProvider

describe('oidcProvider', () => {
  it.each<[string, JsonObject, string]>([
    ['a service', service, 'service'],
    ['a person', { ...service, sub: 'user-1' }, 'user'],
    ['a person by a claim that the host added', { ...service, sid: 's' }, 'user'],
    ['no subject', { client_id: 'billing' }, 'unknown'],
    ['no client', { sub: 'billing' }, 'unknown'],
    ['an actor that the host added', { ...service, act: { sub: 'bff' } }, 'delegated'],
  ])('%s: %3$s', (_what, claims, kind) => {
    expect(classify(claims).kind).toBe(kind)
  })

  it('is told with its evidence', () => {
    expect(classify(service).evidence).toBe('claim "sub" is claim "client_id"')
    expect(classify({ ...service, sub: 'user-1' }).evidence).toBe(
      'claim "sub" is not claim "client_id"',
    )
  })

  it('needs an audience, a subject and a client', () => {
    expect(judge(oidcProvider, service)).toBe('service')
    expect(judge(oidcProvider, { ...service, aud: undefined })).toBe('claim_missing')
    for (const name of ['sub', 'client_id']) {
      expect(judge(oidcProvider, { ...service, [name]: undefined })).toBe('unknown')
    }
    expect(oidcProvider.token.types).toEqual(['at+jwt'])
  })
})
