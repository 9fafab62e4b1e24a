import fc from 'fast-check'
import { createTestIssuer } from 'm2m-testkit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { ConfigurationError } from '../../src/errors/configuration-error.js'
import { createM2M } from '../../src/m2m/create-m2m.js'
import {
  badTokens,
  inShort,
  manualClock,
  memorySink,
  minutes,
  observed,
  refusalIn,
  requestWith,
  seconds,
  serviceIn,
  setUp,
} from './fixture.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Counts signature checks; they are made all the same. */
const countVerifications = () => {
  const spy = vi.spyOn(crypto.subtle, 'verify')
  return () => spy.mock.calls.length
}

describe('the warm path: no crypto, a plain value', () => {
  it('gives a plain value and verifies nothing again', async () => {
    const { issuer, m2m } = await setUp()
    const token = await issuer.service()
    const cold = m2m.authenticate(requestWith(token))
    expect(cold).toBeInstanceOf(Promise)
    const first = await cold
    const verifications = countVerifications()
    const fetches = issuer.requests.length
    for (let call = 0; call < 5; call += 1) {
      const warm = m2m.authenticate(requestWith(token))
      expect(warm).not.toBeInstanceOf(Promise)
      expect(warm).toBe(first)
    }
    expect(verifications()).toBe(0)
    expect(issuer.requests).toHaveLength(fetches)
  })

  it('stays plain when keys are due for a refresh, which goes on behind its back', async () => {
    const { clock, issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service({ expiresIn: 7200 }))
    await m2m.authenticate(request)
    const fetches = issuer.requests.length
    clock.advance(11 * minutes)
    expect(m2m.authenticate(request)).toMatchObject({ admitted: true })
    await m2m.close()
    expect(issuer.requests.length).toBeGreaterThan(fetches)
  })

  it('refuses garbage with a plain value, before any crypto or fetch', async () => {
    const { issuer, m2m } = await setUp()
    const verifications = countVerifications()
    for (const token of ['x', 'a.b.c', '..', 'A'.repeat(100_000), '%', 'é.é.é']) {
      const verdict = m2m.authenticate(requestWith(token))
      expect(verdict).not.toBeInstanceOf(Promise)
      expect(verdict).toMatchObject({ admitted: false, code: 'invalid_token' })
    }
    expect(m2m.authenticate(requestWith(undefined))).toMatchObject({ code: 'credentials_missing' })
    expect(verifications()).toBe(0)
    expect(issuer.requests).toEqual([])
  })

  it('a scope that is lacking is refused on the warm path, too, as a plain value', async () => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service({ scope: 's2s:internal-x' }))
    const needed = { requiredScope: 's2s:internal' }
    const cold = await m2m.authenticate(request, needed)
    const warm = m2m.authenticate(request, needed)
    expect(warm).not.toBeInstanceOf(Promise)
    expect(warm).toEqual(cold)
    expect(cold).toMatchObject({ code: 'insufficient_scope', reply: { status: 403 } })
  })
})

describe('rule 5: cache on = cache off', () => {
  it('a warm M2M says of each token what a fresh one says', async () => {
    const clock = manualClock()
    const issuer = await createTestIssuer({ now: clock.now })
    const fresh = () => createM2M({ ...issuer.asOptions(), ...observed(memorySink(), clock) })
    const warm = fresh()
    const good = { long: await issuer.service({ expiresIn: 7200 }), short: await issuer.service() }
    const tokens = { ...good, ...(await badTokens(issuer)) }
    const compare = async () => {
      const answers: Record<string, string> = {}
      for (const [name, token] of Object.entries(tokens)) {
        for (const requiredScope of [null, 's2s:internal', 's2s:other', ['s2s:internal', 'x']]) {
          const expected = await inShort(
            fresh().authenticate(requestWith(token), { requiredScope }),
          )
          const actual = await inShort(warm.authenticate(requestWith(token), { requiredScope }))
          expect(`${name}: ${actual}`).toBe(`${name}: ${expected}`)
          answers[`${name} ${String(requiredScope)}`] = actual
        }
      }
      return answers
    }
    const before = await compare()
    expect(await compare()).toEqual(before)
    expect(before['long null']).toBe('admitted')
    expect(Object.values(before).filter((answer) => answer === 'admitted')).toHaveLength(4)
    clock.advance(10 * minutes)
    const after = await compare()
    expect([after['long null'], after['short null']]).toEqual(['admitted', '401 token_expired'])
  })
})

describe('rule 5: cached is never older than its authority', () => {
  it('threat row 41: a cached token ends at exp plus tolerance, to the second', async () => {
    const { clock, issuer, m2m } = await setUp({ clockTolerance: 5 })
    const request = requestWith(await issuer.service({ expiresIn: 300 }))
    await m2m.authenticate(request)
    clock.advance(304 * seconds)
    expect(await inShort(m2m.authenticate(request))).toBe('admitted')
    clock.advance(1 * seconds)
    expect(await inShort(m2m.authenticate(request))).toBe('401 token_expired')
    expect(await inShort(m2m.authenticate(request))).toBe('401 token_expired')
  })

  it('threat row 42: a removed key is refused on the next request after it is known', async () => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service())
    await m2m.authenticate(request)
    await issuer.rotate()
    expect(await inShort(m2m.authenticate(request))).toBe('admitted')
    await m2m.refresh()
    expect(await inShort(m2m.authenticate(request))).toBe('401 invalid_token')
    expect(await inShort(m2m.authenticate(requestWith(await issuer.service())))).toBe('admitted')
  })

  it('a rotation that keeps the old key keeps its tokens, without verifying them again', async () => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service())
    await m2m.authenticate(request)
    await issuer.rotate({ keepOld: true })
    await m2m.refresh()
    const verifications = countVerifications()
    expect(m2m.authenticate(request)).toMatchObject({ admitted: true })
    expect(verifications()).toBe(0)
  })

  it('the same kid with another key is another key', async () => {
    const clock = manualClock()
    const issuer = await createTestIssuer({ now: clock.now })
    const fetch: typeof globalThis.fetch = async () => {
      const keys = issuer.jwks().keys.map((key) => ({ ...key, kid: 'same' }))
      return new Response(JSON.stringify({ keys }))
    }
    const { audience } = issuer
    const jwksUri = 'https://issuer.test/keys'
    const options = { issuer: issuer.issuer, audience, jwksUri, fetch }
    const m2m = createM2M({ ...options, ...observed(memorySink(), clock) })
    const header = { kid: 'same' }
    const old = requestWith(await issuer.service({ header }))
    expect(await inShort(m2m.authenticate(old))).toBe('admitted')
    await issuer.rotate()
    await m2m.refresh()
    expect(await inShort(m2m.authenticate(old))).toBe('401 invalid_token')
    const young = requestWith(await issuer.service({ header }))
    expect(await inShort(m2m.authenticate(young))).toBe('admitted')
  })

  it('rule 6: after an outage of more than 1 h cached tokens are 503, and heal by themselves', async () => {
    const { clock, issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service({ expiresIn: 20_000 }))
    const service = serviceIn(await m2m.authenticate(request))
    issuer.fail('status')
    for (const minute of [15, 15, 15, 14]) {
      clock.advance(minute * minutes)
      expect(await inShort(m2m.authenticate(request))).toBe('admitted')
    }
    clock.advance(2 * minutes)
    const verdict = refusalIn(await m2m.authenticate(request))
    expect(verdict).toMatchObject({ kind: 'unavailable', code: 'authorization_unavailable' })
    expect(verdict.reply.status).toBe(503)
    expect(Number(verdict.reply.headers['Retry-After'])).toBeGreaterThan(0)
    expect(verdict.reply.headers).not.toHaveProperty('WWW-Authenticate')
    const operation = await m2m.authorize(service, 'transfers:create')
    expect(operation).toMatchObject({ kind: 'unavailable', code: 'authorization_unavailable' })
    issuer.heal()
    clock.advance(5 * minutes)
    expect(await inShort(m2m.authenticate(request))).toBe('admitted')
  })

  it('another policy version: the next decision uses the new rules', async () => {
    const rules = { name: 'r', effect: 'allow' as const, operations: ['transfers:create'] }
    const policy = { version: 1, rulesFor: () => (policy.version === 1 ? [rules] : []) }
    const { issuer, m2m } = await setUp({ policy })
    const request = requestWith(await issuer.service())
    const service = serviceIn(await m2m.authenticate(request))
    expect(await inShort(m2m.authorize(service, 'transfers:create'))).toBe('admitted')
    policy.version = 2
    expect(await inShort(m2m.authorize(service, 'transfers:create'))).toBe('403 operation_denied')
    expect(service.can('transfers:create')).toBe(false)
    expect(service.ability.can('create', { type: 'transfers' })).toBe(false)
    expect((await service.explain('transfers:create')).admitted).toBe(false)
    const again = serviceIn(await m2m.authenticate(request))
    expect(await inShort(m2m.authorize(again, 'transfers:create'))).toBe('403 operation_denied')
  })

  it('a policy edit that is wrong never falls back to the old rules (rules 1 and 5)', async () => {
    const rules = { name: 'r', effect: 'allow' as const, operations: ['transfers:create'] }
    const wrong = { ...rules, effect: 'permit' } as unknown as typeof rules
    const policy = { version: 1, rulesFor: () => [policy.version === 2 ? wrong : rules] }
    const { issuer, m2m, records } = await setUp({ policy })
    const request = requestWith(await issuer.service())
    const service = serviceIn(await m2m.authenticate(request))
    policy.version = 2
    for (let call = 0; call < 3; call += 1) {
      expect(() => m2m.authorize(service, 'transfers:create')).toThrow(ConfigurationError)
      expect(() => m2m.authenticate(request)).toThrow(ConfigurationError)
    }
    expect(records.slice(1).map(({ outcome }) => outcome)).toEqual(Array(6).fill('fault'))
    policy.version = 3
    expect(await inShort(m2m.authorize(service, 'transfers:create'))).toBe('admitted')
  })

  it('an expired token decides nothing any more, although its service is still at hand', async () => {
    const { clock, issuer, m2m } = await setUp()
    const token = await issuer.service({ allowedOps: ['transfers:create'] })
    const service = serviceIn(await m2m.authenticate(requestWith(token)))
    expect(await inShort(m2m.authorize(service, 'transfers:create'))).toBe('admitted')
    clock.advance(10 * minutes)
    expect(await inShort(m2m.authorize(service, 'transfers:create'))).toBe('401 token_expired')
    expect(service.can('transfers:create')).toBe(false)
    expect((await service.explain('transfers:create')).admitted).toBe(false)
  })
})

describe('rule 5: two tokens never share an entry', () => {
  it('a cached token with any character changed, added or left out is not admitted', async () => {
    const { issuer, m2m } = await setUp()
    const token = await issuer.service()
    await m2m.authenticate(requestWith(token))
    const character = fc.constantFrom(...'ABab01-_.=+/ \t'.split(''), '\u00e9', '\0')
    const place = fc.nat({ max: token.length - 1 })
    const change = fc.tuple(place, character, fc.constantFrom('replace', 'insert', 'delete'))
    const changed = change
      .map(([at, letter, how]) => {
        const rest = token.slice(how === 'insert' ? at : at + 1)
        return `${token.slice(0, at)}${how === 'delete' ? '' : letter}${rest}`
      })
      .filter((other) => other !== token)
    await fc.assert(
      fc.asyncProperty(changed, async (other) => {
        const verdict = await m2m.authenticate(requestWith(other))
        expect(verdict.admitted).toBe(false)
        expect(refusalIn(verdict).reply.status).toBeLessThan(500)
      }),
      { numRuns: 500 },
    )
    expect(await inShort(m2m.authenticate(requestWith(token)))).toBe('admitted')
  })

  it('every single character counts', async () => {
    const { issuer, m2m } = await setUp()
    const token = await issuer.service()
    await m2m.authenticate(requestWith(token))
    for (let at = 0; at < token.length; at += 1) {
      const letter = token[at] === 'A' ? 'B' : 'A'
      const other = `${token.slice(0, at)}${letter}${token.slice(at + 1)}`
      expect((await m2m.authenticate(requestWith(other))).admitted).toBe(false)
    }
  })

  it('tokens of two services with the same grants are two services', async () => {
    const { issuer, m2m } = await setUp()
    const tokens = [await issuer.service({ id: 'a' }), await issuer.service({ id: 'b' })]
    for (let round = 0; round < 2; round += 1) {
      const verdicts = await Promise.all(
        tokens.map((token) => m2m.authenticate(requestWith(token))),
      )
      expect(verdicts.map((verdict) => serviceIn(verdict).id)).toEqual(['a', 'b'])
    }
  })
})

describe('one token many times at once', () => {
  it('threat row 50: many first requests share one fetch', async () => {
    const { issuer, m2m } = await setUp()
    const tokens = await Promise.all(Array.from({ length: 50 }, () => issuer.service()))
    const verdicts = await Promise.all(tokens.map((token) => m2m.authenticate(requestWith(token))))
    expect(verdicts.every(({ admitted }) => admitted)).toBe(true)
    expect(issuer.requests.filter((path) => path.endsWith('/jwks'))).toHaveLength(1)
  })

  it('rule 8: each bad token is refused with a status below 500, warm and cold', async () => {
    const { issuer, m2m } = await setUp()
    await m2m.ready()
    for (const [name, token] of Object.entries(await badTokens(issuer))) {
      for (let round = 0; round < 2; round += 1) {
        const { status } = refusalIn(await m2m.authenticate(requestWith(token))).reply
        expect([name, status === 401 || status === 403]).toEqual([name, true])
      }
    }
  })
})

describe('rule 7: refusals tell the caller enough and no more', () => {
  it('all causes of a bad token have the same bytes', async () => {
    const { issuer, m2m } = await setUp()
    const replies = new Map<string, Set<string>>()
    for (const token of Object.values(await badTokens(issuer))) {
      const { code, reply } = refusalIn(await m2m.authenticate(requestWith(token)))
      const bytes = replies.get(code) ?? new Set()
      replies.set(code, bytes.add(JSON.stringify(reply)))
    }
    expect([...replies.keys()].sort()).toEqual([
      'invalid_token',
      'principal_type_mismatch',
      'token_expired',
    ])
    for (const bytes of replies.values()) expect(bytes.size).toBe(1)
  })
})

describe('rule 5: what no longer holds is not answered from memory', () => {
  it('after a policy edit whose rulesFor throws, each call asks again', async () => {
    const rule = { name: 'r', effect: 'allow' as const, operations: ['transfers:create'] }
    let asked = 0
    let isBroken = false
    const rulesFor = () => {
      asked += 1
      if (isBroken) throw new Error('policy store exploded')
      return [rule]
    }
    const policy = { version: 1, rulesFor }
    const { issuer, m2m } = await setUp({ policy })
    const request = requestWith(await issuer.service())
    const service = serviceIn(await m2m.authenticate(request))
    isBroken = true
    policy.version = 2
    const before = asked
    for (let call = 0; call < 3; call += 1) {
      expect(() => m2m.authorize(service, 'transfers:create')).toThrow('exploded')
      expect(() => m2m.authenticate(request)).toThrow('exploded')
      expect(() => service.can('transfers:create')).toThrow('exploded')
      expect(() => service.ability).toThrow('exploded')
    }
    expect(asked - before).toBe(12)
    isBroken = false
    expect(await inShort(m2m.authorize(service, 'transfers:create'))).toBe('admitted')
  })

  it('threat row 41: an expired token is refused at once, as a plain value', async () => {
    const { clock, issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service())
    await m2m.authenticate(request)
    clock.advance(10 * minutes)
    const verdict = m2m.authenticate(request)
    expect(verdict).not.toBeInstanceOf(Promise)
    expect(verdict).toMatchObject({ admitted: false, code: 'token_expired' })
  })
})

describe('rule 11: strangers push out no record of a service that is known', () => {
  const flooded = async () => {
    const clock = manualClock()
    const sink = memorySink()
    const audit = { sinks: [sink], unauthenticatedPerSecond: 10 }
    const world = await setUp({ clock, audit })
    const issuer = world.issuer
    const m2m = createM2M({ ...issuer.asOptions(), clock, audit })
    const token = await issuer.service({ expiresIn: 60 })
    const ask = () => m2m.authenticate(requestWith(token))
    await ask()
    return { clock, issuer, m2m, sink, ask }
  }
  const flood = async (m2m: { authenticate: (request: object) => unknown }, sink: object) => {
    for (let count = 0; count < 50; count += 1) m2m.authenticate(requestWith(undefined))
    return sink
  }

  it('not that of its expired token', async () => {
    const { clock, m2m, sink, ask } = await flooded()
    clock.advance(2 * minutes)
    await flood(m2m as never, sink)
    await ask()
    expect(sink.records.at(-1)).toMatchObject({
      cause: 'token_past_expiry',
      service: { id: 'billing' },
    })
  })

  it('not that of an outage that hits it', async () => {
    const { clock, issuer, m2m, sink } = await flooded()
    const token = await issuer.service({ expiresIn: 86_000 })
    await m2m.authenticate(requestWith(token))
    issuer.fail('network')
    clock.advance(70 * minutes)
    await flood(m2m as never, sink)
    await m2m.authenticate(requestWith(token))
    expect(sink.records.at(-1)).toMatchObject({
      cause: 'key_set_unavailable',
      service: { id: 'billing' },
    })
  })

  it('but not one whose key turns out to be gone once the outage has ended', async () => {
    const { clock, issuer, m2m, sink } = await flooded()
    const token = await issuer.service({ expiresIn: 86_000 })
    await m2m.authenticate(requestWith(token))
    await issuer.rotate()
    clock.advance(70 * minutes)
    await m2m.authenticate(requestWith(token))
    expect(sink.records.at(-1)).toMatchObject({ cause: 'key_unknown' })
    expect(sink.records.at(-1)).not.toHaveProperty('service')
  })

  it('but a token whose key is gone vouches for nobody', async () => {
    const { issuer, m2m, sink, ask } = await flooded()
    await issuer.rotate()
    await m2m.refresh()
    await ask()
    expect(sink.records.at(-1)).toMatchObject({ cause: 'key_unknown' })
    expect(sink.records.at(-1)).not.toHaveProperty('service')
  })
})

describe('a service that is held while nobody asks for 21 minutes (rule 5)', () => {
  it('is not refused for keys that only had to be fetched again', async () => {
    const { clock, issuer, m2m } = await setUp()
    const token = await issuer.service({ allowedOps: ['a:b'], expiresIn: 7200 })
    const service = serviceIn(await m2m.authenticate(requestWith(token)))
    clock.advance(21 * minutes)
    expect(await inShort(m2m.authorizeScope(service, 's2s:internal'))).toBe('admitted')
    clock.advance(21 * minutes)
    expect((await m2m.explain(service, 'a:b')).admitted).toBe(true)
    clock.advance(21 * minutes)
    expect(await inShort(m2m.authorize(service, 'a:b'))).toBe('admitted')
  })

  it('a list of scopes that is changed later is read as it stands then', async () => {
    const { issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service({ scope: 'a' }))
    const requiredScope = ['a']
    expect(await inShort(m2m.authenticate(request, { requiredScope }))).toBe('admitted')
    requiredScope[0] = 'b'
    expect(await inShort(m2m.authenticate(request, { requiredScope }))).toBe(
      '403 insufficient_scope',
    )
  })

  it('without kid, a newer key and a failing fetch are no fault of the caller', async () => {
    const { clock, issuer, m2m } = await setUp()
    await m2m.ready()
    await issuer.rotate()
    const token = await issuer.service({ header: { kid: undefined }, expiresIn: 7200 })
    issuer.fail('status')
    clock.advance(1 * minutes)
    expect(await inShort(m2m.authenticate(requestWith(token)))).toBe(
      '503 authorization_unavailable',
    )
    issuer.heal()
    clock.advance(5 * minutes)
    expect(await inShort(m2m.authenticate(requestWith(token)))).toBe('admitted')
  })
})
