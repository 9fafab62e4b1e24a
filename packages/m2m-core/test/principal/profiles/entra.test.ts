import { describe, expect, it } from 'vitest'
import { entra } from '../../../src/principal/profiles/entra.js'
import type { JsonObject } from '../../../src/token/compact.js'
import { judge, samples, without } from './samples.js'

const [one, two] = samples.filter(({ profile }) => profile === entra).map((each) => each.service)
if (!one || !two) throw new Error('expected a sample of each version')
const { classify } = entra

describe('entra', () => {
  it.each<[string, JsonObject, string]>([
    ['an app, version 1.0', one, 'service'],
    ['an app, version 2.0', two, 'service'],
    ['a person with an app role', { ...without(two, 'idtyp'), scp: 'access_as_user' }, 'user'],
    ['a person by idtyp alone', { ...two, idtyp: 'user' }, 'user'],
    ['an app with scp', { ...two, scp: '' }, 'user'],
    ['roles alone', without(two, 'idtyp'), 'unknown'],
    ['a device', { ...two, idtyp: 'device' }, 'unknown'],
    ['idtyp in another case', { ...two, idtyp: 'App' }, 'unknown'],
    ['no client', without(two, 'azp'), 'unknown'],
    ['a client without name', { ...two, azp: '' }, 'unknown'],
    ['another tenant', { ...two, tid: '00000000-0000-0000-0000-000000000000' }, 'unknown'],
    ['a part of the tenant', { ...two, tid: '8d3f1c52' }, 'unknown'],
    ['an empty tenant', { ...two, tid: '' }, 'unknown'],
  ])('%s: %3$s', (_what, claims, kind) => {
    expect(classify(claims).kind).toBe(kind)
  })

  it('is told with its evidence, and what to do where there is none', () => {
    const version = (number: string, name: string, other: string) =>
      `claim "ver" is "${number}" and claim "${name}" names the client and claim "${other}" is absent`
    const client = `${version('2.0', 'azp', 'appid')} or ${version('1.0', 'appid', 'azp')}`
    expect(classify(two).evidence).toBe(
      `claim "idtyp" is "app", ${client}, claim "tid" is the tenant in iss`,
    )
    expect(classify({ ...two, scp: 'x' }).evidence).toBe('claim "scp" is present')
    expect(classify(without(two, 'idtyp'))).toEqual({
      kind: 'unknown',
      evidence: 'not so: claim "idtyp" is "app", got nothing',
      remedy: expect.stringMatching(/^add the optional claim idtyp to .*, Token configuration$/),
    })
  })

  it('an ID token of a registration that API and web client share is none', () => {
    const idToken = { ...without(two, 'azp', 'azpacr', 'idtyp'), ver: '2.0' }
    expect(judge(entra, { ...idToken, nonce: 'n' })).toBe('token_kind')
    expect(judge(entra, idToken)).toBe('unknown')
    expect(judge(entra, { ...idToken, idtyp: 'app' })).toBe('unknown')
  })

  it('names the client by azp, or by appid', () => {
    expect(entra.token.clientIdClaims).toEqual(['azp', 'appid'])
    expect(judge(entra, { ...two, tid: undefined })).toBe('unknown')
  })

  it('knows its issuers', () => {
    for (const issuer of [one['iss'], two['iss'], 'https://login.microsoftonline.us/t/v2.0']) {
      expect(entra.isIssuer(String(issuer))).toBe(true)
    }
    expect(entra.isIssuer('https://login.microsoftonline.com.acme.test/t/v2.0')).toBe(false)
  })
})
