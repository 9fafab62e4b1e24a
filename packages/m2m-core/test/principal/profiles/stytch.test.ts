import { describe, expect, it } from 'vitest'
import { stytch } from '../../../src/principal/profiles/stytch.js'
import type { JsonObject } from '../../../src/token/compact.js'
import { judge, serviceOf } from './samples.js'

const service = serviceOf(stytch)
const id = '6c2a0b9e-1d1f-4a55-9d0a-7f5f0e9d2c11'
const { classify } = stytch

describe('stytch', () => {
  it.each<[string, JsonObject, string]>([
    ['a service', service, 'service'],
    ['a live one', { sub: `m2m-client-live-${id}` }, 'service'],
    ['a person', { sub: `user-test-${id}` }, 'user'],
    ['a member', { sub: `member-live-${id}` }, 'user'],
    ['a session', { ...service, 'https://stytch.com/session': {} }, 'user'],
    ['a connected app', { ...service, client_id: `connected-app-test-${id}` }, 'user'],
    ['another client', { ...service, client_id: 'x' }, 'unknown'],
    ['the beginning alone', { sub: 'm2m-client-test-' }, 'unknown'],
    ['another environment', { sub: `m2m-client-prod-${id}` }, 'unknown'],
    ['more before it', { sub: `x-m2m-client-test-${id}` }, 'unknown'],
    ['more behind it', { sub: `m2m-client-test-${id}-x` }, 'unknown'],
    ['a line break behind it', { sub: `m2m-client-test-${id}\n` }, 'unknown'],
    ['no subject', {}, 'unknown'],
  ])('%s: %3$s', (_what, claims, kind) => {
    expect(classify(claims).kind).toBe(kind)
  })

  it('is told with its evidence', () => {
    expect(classify(service).evidence).toBe(
      'claim "sub" names an M2M client, claim "client_id" is absent',
    )
    expect(classify({ sub: 'user-1' }).evidence).toBe('claim "sub" names a person')
    expect(classify({ sub: 'x' }).evidence).toBe('not so: claim "sub" names an M2M client, got "x"')
  })

  it('needs a subject, which is the client', () => {
    expect(judge(stytch, service)).toBe('service')
    expect(judge(stytch, { sub: undefined })).toBe('unknown')
    expect(judge(stytch, service, { clientIds: [`m2m-client-test-${id}`] })).toBe('service')
    expect(judge(stytch, service, { clientIds: ['other'] })).toBe('client_mismatch')
  })

  it('knows its issuers, with and without scheme', () => {
    expect(stytch.isIssuer('stytch.com/project-live-1')).toBe(true)
    expect(stytch.isIssuer('https://test.stytch.com/v1/public/project-test-1')).toBe(true)
    expect(stytch.isIssuer('https://acme.test/stytch.com/x')).toBe(false)
    expect(stytch.isIssuer('stytch.com.acme.test/x')).toBe(false)
  })
})
