import { describe, expect, it } from 'vitest'
import { cognito } from '../../../src/principal/profiles/cognito.js'
import type { JsonObject } from '../../../src/token/compact.js'
import { judge, serviceOf } from './samples.js'

const service = serviceOf(cognito)
const admin = 'aws.cognito.signin.user.admin'
const { classify } = cognito

describe('cognito', () => {
  it.each<[string, JsonObject, string]>([
    ['a service, which has auth_time too', service, 'service'],
    ['a person', { ...service, sub: '248289dc', username: 'jdoe' }, 'user'],
    ['a person by any one claim', { ...service, device_key: 'eu-west-1_a' }, 'user'],
    ['a scope of people, which anyone may be given', { ...service, scope: admin }, 'service'],
    ['another subject and no username', { ...service, sub: '248289dc' }, 'unknown'],
    ['claims that its client chose', { ...service, onBehalfOf: 'jdoe' }, 'service'],
    ['no client', { sub: '', client_id: '' }, 'unknown'],
  ])('%s: %3$s', (_what, claims, kind) => {
    expect(classify(claims).kind).toBe(kind)
  })

  it('is told with its evidence', () => {
    expect(classify(service).evidence).toBe('claim "sub" is claim "client_id"')
    expect(classify({ ...service, sub: 'x' }).evidence).toBe(
      'not so: claim "sub" is claim "client_id", got "x"',
    )
    expect(classify({ ...service, username: '' }).evidence).toBe('claim "username" is present')
  })

  it('no aud is needed where client ids are pinned, and token_use must say access', () => {
    const pinned = { audience: [], clientIds: ['3n4b5urk1ft4fl3mg5e62d9ado'] }
    const read = (changes: JsonObject): string => judge(cognito, { ...service, ...changes }, pinned)
    expect(read({ aud: undefined })).toBe('service')
    expect(read({ aud: '3n4b5urk1ft4fl3mg5e62d9ado' })).toBe('service')
    expect(read({ aud: 'https://other.test' })).toBe('audience_mismatch')
    for (const token_use of ['id', undefined, 'Access']) {
      expect(read({ aud: undefined, token_use })).toBe('token_kind')
    }
    for (const name of ['sub', 'client_id']) {
      const isPinned = name === 'client_id'
      const expected = isPinned ? 'client_mismatch' : 'unknown'
      expect(read({ aud: undefined, [name]: undefined })).toBe(expected)
    }
  })

  it('knows its issuers in both spellings', () => {
    const { isIssuer } = cognito
    expect(isIssuer('https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A')).toBe(true)
    expect(isIssuer('https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A')).toBe(true)
    expect(isIssuer('https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_A')).toBe(true)
    expect(isIssuer('https://cognito-idp.eu-west-1.amazonaws.com.acme.test/x')).toBe(false)
    expect(isIssuer('https://acme.test/cognito-idp.eu-west-1.amazonaws.com/x')).toBe(false)
  })
})
