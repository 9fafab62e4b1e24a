import { describe, expect, it } from 'vitest'
import { oracle } from '../../../src/principal/profiles/oracle.js'
import type { JsonObject } from '../../../src/token/compact.js'
import { judge, serviceOf, without } from './samples.js'

const service = serviceOf(oracle)
const { classify } = oracle

describe('oracle', () => {
  it.each<[string, JsonObject, string]>([
    ['a service', service, 'service'],
    ['a person', { ...service, sub: 'jdoe', sub_type: 'user', user_id: '7' }, 'user'],
    ['a person with the roles of an app', { ...service, user_displayname: 'J Doe' }, 'user'],
    ['no sub_type, as in old tokens', without(service, 'sub_type'), 'unknown'],
    ['another sub_type', { ...service, sub_type: 'Client' }, 'unknown'],
    ['the grant alone', { ...without(service, 'sub_type'), gtp: 'cc' }, 'unknown'],
    ['another subject', { ...service, sub: 'jdoe' }, 'unknown'],
  ])('%s: %3$s', (_what, claims, kind) => {
    expect(classify(claims).kind).toBe(kind)
  })

  it('is told with its evidence', () => {
    expect(classify(service).evidence).toBe(
      'claim "sub_type" is "client", claim "sub" is claim "client_id"',
    )
    expect(classify({ ...service, sub_type: 'user' }).evidence).toBe('claim "sub_type" is "user"')
    expect(classify(without(service, 'sub_type')).evidence).toBe(
      'not so: claim "sub_type" is "client", got nothing',
    )
  })

  it.each(['IT', 'RT', 'at', undefined])(
    'a token of tok_type %s is no access token',
    (tok_type) => {
      expect(judge(oracle, service)).toBe('service')
      expect(judge(oracle, { ...service, tok_type })).toBe('token_kind')
    },
  )

  it('knows its issuers, in both spellings and with a domain, and discovers no keys', () => {
    expect(oracle.isIssuer('https://identity.oraclecloud.com/')).toBe(true)
    expect(oracle.isIssuer('https://identity.oraclecloud.com')).toBe(true)
    expect(oracle.isIssuer('https://idcs-1a.identity.oraclecloud.com/')).toBe(true)
    expect(oracle.isIssuer('https://identity.oraclecloud.com.acme.test/')).toBe(false)
    expect(oracle.needsKeyAddress).toBe(true)
  })
})
