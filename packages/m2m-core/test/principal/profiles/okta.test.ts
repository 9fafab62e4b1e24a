import { describe, expect, it } from 'vitest'
import { okta } from '../../../src/principal/profiles/okta.js'
import type { JsonObject } from '../../../src/token/compact.js'
import { judge, serviceOf, without } from './samples.js'

const service = serviceOf(okta)
const { classify } = okta

describe('okta', () => {
  it.each<[string, JsonObject, string]>([
    ['a service, which has auth_time too', service, 'service'],
    ['without jti', without(service, 'jti'), 'service'],
    ['a person', { ...service, sub: 'jdoe@acme.test', uid: '00u1' }, 'user'],
    ['on behalf of a person, which has no act', { ...service, uid: '00u1' }, 'user'],
    ['a subject that an administrator changed', { ...service, sub: 'billing' }, 'unknown'],
    ['no client', without(service, 'cid'), 'unknown'],
    ['a client by another name', { sub: 'a', client_id: 'a' }, 'unknown'],
    ['an ID token', { ...service, jti: 'ID.Emh1' }, 'unknown'],
  ])('%s: %3$s', (_what, claims, kind) => {
    expect(classify(claims).kind).toBe(kind)
  })

  it('is told with its evidence', () => {
    expect(classify(service).evidence).toBe(
      'claim "sub" is claim "cid", claim "jti" is not that of an ID token',
    )
    expect(classify({ ...service, sub: 'x' }).evidence).toBe(
      'not so: claim "sub" is claim "cid", got "x"',
    )
    expect(classify({ ...service, uid: '' }).evidence).toBe('claim "uid" is present')
  })

  it('needs cid, which ID tokens have not', () => {
    expect(judge(okta, service)).toBe('service')
    expect(judge(okta, { ...service, cid: undefined })).toBe('unknown')
    expect(judge(okta, { ...service, nonce: 'n' })).toBe('token_kind')
  })

  it('knows its issuers, and takes those of custom authorization servers only', () => {
    expect(okta.isIssuer('https://acme.okta.com')).toBe(true)
    expect(okta.isIssuer('https://acme.okta-emea.com/oauth2/aus8')).toBe(true)
    expect(okta.isIssuer('https://acme.okta.com.acme.test')).toBe(false)
    for (const issuer of ['https://acme.okta.com', 'https://acme.okta.com/oauth2']) {
      expect(okta.issuerFault?.(issuer)).toContain('create a custom one')
    }
    expect(okta.issuerFault?.('https://login.acme.test/oauth2/default')).toBeUndefined()
  })
})
