import { describe, expect, it } from 'vitest'
import { auth0 } from '../../../src/principal/profiles/auth0.js'
import type { JsonObject } from '../../../src/token/compact.js'
import { judge, serviceOf } from './samples.js'

const service = serviceOf(auth0)
const { classify } = auth0

describe('auth0', () => {
  it.each<[string, JsonObject, string]>([
    ['its own dialect', service, 'service'],
    ['without gty', { sub: 'a@clients', azp: 'a' }, 'service'],
    ['the dialect of RFC 9068', { sub: 'a@clients', client_id: 'a' }, 'service'],
    ['both dialects, one client', { sub: 'a@clients', client_id: 'a', azp: 'a' }, 'service'],
    ['two clients', { sub: 'a@clients', client_id: 'a', azp: 'b' }, 'unknown'],
    ['two clients, the other way round', { sub: 'b@clients', client_id: 'a', azp: 'b' }, 'unknown'],
    ['the client itself as subject', { ...service, sub: 'Zk3mPq7R' }, 'unknown'],
    ['another client as subject', { ...service, sub: 'other@clients' }, 'unknown'],
    ['a federated id that ends so', { ...service, sub: 'oidc|Zk3mPq7R@clients' }, 'user'],
    ['a longer one', { ...service, sub: 'Zk3mPq7R@clients ' }, 'unknown'],
    ['no client', { sub: '@clients', azp: '' }, 'unknown'],
    ['an agent', { sub: 'agt_5f7c', azp: 'Zk3mPq7R' }, 'unknown'],
    ['a person', { sub: 'auth0|5f7c', azp: 'Zk3mPq7R', scope: 'openid' }, 'user'],
    ['another grant', { ...service, gty: 'password' }, 'user'],
    ['another grant beside the right one', { ...service, gty: ['client-credentials'] }, 'user'],
    ['on behalf of', { sub: 'auth0|5f7c', azp: 'a', act: { sub: 'a@clients' } }, 'delegated'],
  ])('%s: %3$s', (_what, claims, kind) => {
    expect(classify(claims).kind).toBe(kind)
  })

  it('is told with its evidence, and what to do where there is none', () => {
    expect(classify(service).evidence).toBe(
      'sub is the client id and "@clients", ' +
        'claim "azp" is absent or claim "client_id" is absent or claim "azp" is claim "client_id"',
    )
    expect(classify({ ...service, gty: 'password' }).evidence).toBe(
      'claim "gty" is another grant than client-credentials',
    )
    expect(classify({ ...service, sub: 'agt_5f7c' })).toEqual({
      kind: 'unknown',
      evidence: 'not so: sub is the client id and "@clients"',
      remedy: 'tokens of clients that stand for an agent cannot be told: use a client of its own',
    })
  })

  it.each([{ nonce: 'n' }, { at_hash: 'x' }, { c_hash: 'x' }])('no ID token: %j', (changes) => {
    expect(judge(auth0, { ...service, ...changes })).toBe('token_kind')
  })

  it('knows its issuers, and that iss ends in a slash', () => {
    expect(auth0.isIssuer('https://acme.eu.auth0.com/')).toBe(true)
    expect(auth0.isIssuer('https://acme.eu.auth0.com')).toBe(true)
    expect(auth0.isIssuer('https://auth0.com.acme.test/')).toBe(false)
    expect(auth0.isIssuer('https://acme.test/?x=.auth0.com/')).toBe(false)
    expect(auth0.issuerFault?.('https://login.acme.test')).toBe('the iss of Auth0 ends in a slash')
    expect(auth0.issuerFault?.('https://login.acme.test/')).toBeUndefined()
  })
})
