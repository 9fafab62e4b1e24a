import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  assertAdmitted,
  assertNoStrayFetch,
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
  afterControl,
  type Behaviour,
  type FakeServer,
  refuse,
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

/** Admits the control, then does both: what is told, and what the case expects. */
const besides = (hostileCase: HostileCase, first: Behaviour): Behaviour =>
  afterControl(async (request, response, log) => {
    const isHandler = await first(request, response, log)
    await refuse(hostileCase)(request, response, log)
    return isHandler
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
    [
      'the text of a library',
      { headers: { 'x-error': 'JWSSignatureVerificationFailed' } },
      'repeats "JWSSignatureVerificationFailed"',
    ],
    ['a stack', { body: { trace: 'Error\n    at Object.<anonymous> (' } }, 'repeats "at Object'],
    ['no record', { log: [] }, 'refusals in the log: expected 401 token_expired, got none'],
    ['a record of an admission', { log: ['m2m admitted POST /'] }, 'token_expired, got none'],
    [
      'two records',
      { log: ['m2m refused 401 token_expired', 'm2m refused 401 token_expired'] },
      'got 401 token_expired and 401 token_expired',
    ],
    ['a record of another code', { log: ['m2m refused 401 invalid_token (x)'] }, 'got 401 invalid'],
    ['a line feed in the log', { log: ['m2m refused 401 token_expired\nm2m'] }, 'printable ASCII'],
    [
      'an escape in the log',
      { log: ['m2m refused 401 token_expired \u001b[m'] },
      'printable ASCII',
    ],
    ['bidi in the log', { log: ['m2m refused 401 token_expired \u202e'] }, 'printable ASCII'],
    ['a long line', { log: [`m2m refused 401 token_expired ${'x'.repeat(5000)}`] }, 'has a line'],
    [
      'a stack in the log',
      { log: ['m2m refused 401 token_expired', 'at async verify (file.js:1:1)'] },
      'the log holds "at async verify ("',
    ],
    [
      'a path of a library in the log',
      { log: ['m2m refused 401 token_expired', 'node_modules/jose'] },
      'the log holds "node_modules"',
    ],
  ])('%s', async (_name, changes, fault) => {
    const outcome = await run(refuseAsExpected(expired, changes), expired)
    expect(() => assertRefused(outcome, expired)).toThrow(fault)
  })

  it.each([0, 1, 2])('part %d of the token in the log', async (part) => {
    const pieceOf = (token = '') => token.split('.')[part]?.slice(9, 39)
    const leaking = besides(expired, (request, _response, log) => {
      log(`got ${pieceOf(request.headers.authorization?.slice(7))}`)
      return false
    })
    const outcome = await run(leaking, expired)
    expect(() => assertRefused(outcome, expired)).toThrow('which is part of a token')
  })

  it('the second time only', async () => {
    let requests = 0
    const later = besides(expired, (_request, response) => {
      requests += 1
      response.setHeader('x-cache', 'HIT')
      return requests === 2
    })
    const outcome = await run(later, expired)
    expect(() => assertRefused(outcome, expired)).toThrow(
      'the same bytes again: the guarded handler was reached',
    )
  })

  it('another answer the second time', async () => {
    let requests = 0
    const changing = besides(expired, (_request, response) => {
      requests += 1
      if (requests === 2) response.setHeader('x-cache', 'HIT')
      return false
    })
    const outcome = await run(changing, expired)
    expect(() => assertRefused(outcome, expired)).toThrow('the same bytes again got another answer')
  })

  it('a secret in the log of the control', async () => {
    const outcome = await run((request, response, log) => {
      log(`hello ${request.headers.authorization}`)
      return admit(request, response, log)
    }, expired)
    const faults = /positive control, the request unchanged: the log holds "ey/
    expect(() => assertRefused(outcome, expired)).toThrow(faults)
    expect(() => assertAdmitted(outcome, expired)).toThrow(faults)
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
    const outcome = await run((request, response, log) => {
      response.setHeader('x-debug', request.headers.authorization?.split('.')[1] ?? '')
      return polite(request, response, log)
    }, hostileCase)
    expect(() => assertRefused(outcome, hostileCase)).toThrow('repeats "ey')
  })
})

describe('an answer of the router or the parser', () => {
  const answering = (status: number, headers = {}, isHandler = false): Behaviour =>
    afterControl((_request, response) => {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, String(value))
      response.statusCode = status
      return isHandler
    })

  it.each([
    ['path-double-slash', 404, {}],
    ['method-query', 405, {}],
    ['line-folded', 400, {}],
  ])('passes %s with %d', async (id, status, headers) => {
    const hostileCase = caseNamed(id)
    assertRefused(await run(answering(status, headers), hostileCase), hostileCase)
  })

  it.each([
    ['path-double-slash', 200, {}, 'expected 401, got 200'],
    ['path-double-slash', 204, { allow: 'POST' }, 'expected 401, got 204'],
    ['method-options', 204, { allow: 'POST' }, 'expected 401, got 204'],
    ['method-get', 405, {}, 'expected 401, got 405'],
    ['path-empty-query', 404, {}, 'expected 401, got 404'],
    ['path-double-slash', 500, {}, 'expected 401, got 500'],
    ['path-double-slash', 404, { 'content-type': 'application/problem+json' }, 'got 404'],
    ['no-header', 404, {}, 'expected 401, got 404'],
  ])('does not pass %s with %d %j', async (id, status, headers, fault) => {
    const hostileCase = caseNamed(id)
    const outcome = await run(answering(status, headers), hostileCase)
    expect(() => assertRefused(outcome, hostileCase)).toThrow(fault)
  })

  it('does not excuse a call of the handler', async () => {
    const hostileCase = caseNamed('path-double-slash')
    const outcome = await run(answering(404, {}, true), hostileCase)
    expect(() => assertRefused(outcome, hostileCase)).toThrow('the guarded handler was reached')
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
      const outcome = await run(async (request, response, log) => {
        const parts = request.headers.authorization?.slice(7).split('.').slice(0, 2) ?? []
        const text = parts.map((part) => Buffer.from(part, 'base64url').toString()).join()
        const [url] = /http:\/\/127[^"]*/.exec(text) ?? []
        if (url !== undefined) await fetch(url)
        return polite(request, response, log)
      }, hostileCase)
      expect(() => assertRefused(outcome, hostileCase)).toThrow('connections to the address')
    },
  )

  it('whose own fetch goes elsewhere is caught, whoever listens there', async () => {
    const hostileCase = caseNamed('expired')
    for (const url of ['https://issuer.test.evil.example/jwks', 'no address']) {
      const outcome = await run(async (...args) => {
        server.fetched.push(url)
        return refuseAsExpected(hostileCase)(...args)
      }, hostileCase)
      expect(() => assertRefused(outcome, hostileCase)).toThrow(`the guard fetched ${url}`)
    }
  })

  it('whose own fetch goes elsewhere late is caught at the end of the run', async () => {
    const { target, fetched } = server
    const expired = caseNamed('expired')
    fetched.length = 0
    expect(() => assertNoStrayFetch(target)).toThrow('no fetch at all')
    fetched.push('https://issuer.test/jwks')
    assertRefused(await run(refuseAsExpected(expired), expired), expired)
    assertNoStrayFetch(target)
    fetched.push('https://evil.example/jwks')
    assertRefused(await run(refuseAsExpected(expired), expired), expired)
    expect(() => assertNoStrayFetch(target)).toThrow('https://evil.example/jwks')
  })

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
