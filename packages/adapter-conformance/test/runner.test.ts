import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  assertAdmitted,
  assertRefused,
  assertSameAnswer,
  type HostileCase,
  type HostileOutcome,
  hostileCases,
  positiveCases,
  runHostileCase,
} from '../src/index.js'
import {
  admit,
  type Behaviour,
  type FakeServer,
  refuseAsExpected,
  startFakeServer,
} from './fake-server.js'

let server: FakeServer

beforeAll(async () => {
  server = await startFakeServer()
})
afterAll(() => server.close())

const caseNamed = (id: string): HostileCase => {
  const found = hostileCases.find((one) => one.id === id)
  if (found === undefined) throw new Error(`No case ${id}`)
  return found
}

const run = (behaviour: Behaviour, hostileCase: HostileCase): Promise<HostileOutcome> => {
  server.behave(behaviour)
  return runHostileCase(server.target, hostileCase)
}

describe('the runner', () => {
  it.each(hostileCases)('does not pass $id when everything is admitted', async (hostileCase) => {
    const outcome = await run(admit, hostileCase)
    expect(() => assertRefused(outcome, hostileCase)).toThrow('the guarded handler was reached')
  })

  it.each(hostileCases)('passes $id when it is refused as expected', async (hostileCase) => {
    const outcome = await run(refuseAsExpected(hostileCase), hostileCase)
    assertRefused(outcome, hostileCase)
  })

  it.each(positiveCases)('tells whether $id is admitted', async (positiveCase) => {
    server.behave(admit)
    assertAdmitted(await runHostileCase(server.target, positiveCase), positiveCase)
    server.behave(refuseAsExpected(caseNamed('expired')))
    const refused = await runHostileCase(server.target, positiveCase)
    expect(() => assertAdmitted(refused, positiveCase)).toThrow('expected 200, got 401')
  })
})

describe('an answer that is wrong in one respect', () => {
  const expired = caseNamed('expired')
  const challenge = expired.expect.challenge ?? ''

  it.each<[string, Parameters<typeof refuseAsExpected>[1], string]>([
    ['no challenge', { headers: { 'www-authenticate': [] } }, 'WWW-Authenticate: expected'],
    ['two challenges', { headers: { 'www-authenticate': [challenge, challenge] } }, 'got Bearer'],
    ['another realm', { headers: { 'www-authenticate': 'Bearer realm="x"' } }, 'got Bearer'],
    [
      'an error_description with a quote',
      { headers: { 'www-authenticate': `${challenge}, error_description="a \\" b"` } },
      'outside RFC 6750',
    ],
    ['plain JSON', { headers: { 'content-type': 'application/json' } }, 'Content-Type'],
    ['another code', { body: { code: 'invalid_token' } }, 'code: expected token_expired'],
    ['another status in the body', { body: { status: 200 } }, 'status: expected 401, got 200'],
    ['no detail', { body: { detail: undefined } }, 'detail: expected text, got none'],
    ['a long body', { body: { trace: 'x'.repeat(1024) } }, 'less than 1024 bytes'],
    ['the issuer in the body', { body: { trace: 'https://issuer.test' } }, 'repeats "https://'],
    ['the issuer in a header', { headers: { link: '<https://issuer.test>' } }, 'repeats "https://'],
  ])('%s', async (_name, changes, fault) => {
    const outcome = await run(refuseAsExpected(expired, changes), expired)
    expect(() => assertRefused(outcome, expired)).toThrow(fault)
  })

  it('may add an error_description to an error', async () => {
    const described = `${challenge}, error_description="a sentence"`
    const headers = { 'www-authenticate': described }
    assertRefused(await run(refuseAsExpected(expired, { headers }), expired), expired)
  })

  it('may not add an error to a challenge without one', async () => {
    const missing = caseNamed('no-header')
    const headers = { 'www-authenticate': 'Bearer realm="api", error_description="a sentence"' }
    const outcome = await run(refuseAsExpected(missing, { headers }), missing)
    expect(() => assertRefused(outcome, missing)).toThrow('expected Bearer realm="api", got')
  })

  it('repeats a part of the token', async () => {
    const hostileCase = caseNamed('signature-flip-first-byte')
    const polite = refuseAsExpected(hostileCase)
    const outcome = await run((request, response) => {
      response.setHeader('x-debug', request.headers.authorization?.split('.')[1] ?? '')
      return polite(request, response)
    }, hostileCase)
    expect(() => assertRefused(outcome, hostileCase)).toThrow('repeats "ey')
  })
})

describe('a server', () => {
  it('that refuses everything fails by its control', async () => {
    const expired = caseNamed('expired')
    const never: Behaviour = (_request, response) => {
      response.statusCode = 401
      return false
    }
    const outcome = await run(never, expired)
    expect(() => assertRefused(outcome, expired)).toThrow('positive control')
  })

  it.each(['own-key-jku', 'kid-url-own-key', 'jku-fetched', 'x5u-fetched', 'iss-fetched'])(
    'that fetches what the token names is caught by %s',
    async (id) => {
      const hostileCase = caseNamed(id)
      const polite = refuseAsExpected(hostileCase)
      const outcome = await run(async (request, response) => {
        const parts = request.headers.authorization?.slice(7).split('.').slice(0, 2) ?? []
        const text = parts.map((part) => Buffer.from(part, 'base64url').toString()).join()
        const [url] = /http:\/\/127[^"]*/.exec(text) ?? []
        if (url !== undefined) await fetch(url)
        return polite(request, response)
      }, hostileCase)
      expect(() => assertRefused(outcome, hostileCase)).toThrow('connections to the address')
    },
  )

  it('that tells causes of invalid_token apart is caught', async () => {
    const [first, second] = [caseNamed('exp-missing'), caseNamed('aud-other')]
    const one = await run(refuseAsExpected(first), first)
    const same = await run(refuseAsExpected(second), second)
    assertSameAnswer([one, same])
    const body = { detail: 'Wrong audience.' }
    const other = await run(refuseAsExpected(second, { body }), second)
    expect(() => assertSameAnswer([one, same, other])).toThrow('aud-other')
  })
})
