import { createTestIssuer, type TestIssuer, type TokenSpec } from 'm2m-testkit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ServicePrincipal } from '../../src/decision/service-principal.js'
import { isRefusal } from '../../src/errors/refusal.js'
import { createM2M } from '../../src/m2m/create-m2m.js'
import { checkCaller } from '../../src/pipeline/caller.js'
import type { PolicyRule } from '../../src/policy/policy.js'
import { identify } from '../../src/principal/identify.js'
import type { KeySet } from '../../src/token/key-set.js'
import { verifyToken } from '../../src/token/verify-token.js'
import {
  allow,
  editablePolicy,
  inShort,
  lineOn,
  manualClock,
  memorySink,
  minutes,
  observed,
  requestWith,
  serviceIn,
  setUp,
} from './fixture.js'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Every object reachable by enumerable own properties. */
const reachable = (value: unknown, seen = new Set<object>()): ReadonlySet<object> => {
  if (typeof value !== 'object' || value === null || seen.has(value)) return seen
  seen.add(value)
  for (const member of Object.values(value)) reachable(member, seen)
  return seen
}

describe('the service principal', () => {
  const claims = { nested: { deep: [{ a: 1 }] } }
  const spec = {
    id: 'billing',
    tier: 'internal',
    allowedOps: ['transfers:create'],
    rateLimit: { limit: 100, window: 60, burst: 5 },
    scope: ['s2s:internal', 's2s:other'],
    claims,
  }

  it('is frozen deeply and holds no Set or Map', async () => {
    const { issuer, m2m } = await setUp()
    const verdict = await m2m.authenticate(requestWith(await issuer.service(spec)))
    const service = serviceIn(verdict)
    expect(Object.isFrozen(verdict)).toBe(true)
    for (const part of reachable(service)) {
      expect(Object.isFrozen(part)).toBe(true)
      expect(part instanceof Set || part instanceof Map).toBe(false)
    }
    expect(() => (service.scopes as string[]).push('admin')).toThrow(TypeError)
    expect(() => (service.allowedOps as string[]).push('*')).toThrow(TypeError)
  })

  it('has the facts of its token', async () => {
    const { clock, issuer, m2m } = await setUp()
    const service = serviceIn(await m2m.authenticate(requestWith(await issuer.service(spec))))
    expect(service).toMatchObject({
      id: 'billing',
      issuer: 'https://issuer.test',
      clientId: 'billing',
      tier: 'internal',
      scopes: ['s2s:internal', 's2s:other'],
      allowedOps: ['transfers:create'],
      rateLimit: { limit: 100, window: 60, burst: 5 },
      token: { expiresAt: clock.now() / 1000 + 300 },
    })
  })

  it('shows neither ability nor token when it is logged, but can be asked', async () => {
    const { issuer, m2m } = await setUp()
    const token = await issuer.service(spec)
    const service = serviceIn(await m2m.authenticate(requestWith(token)))
    const text = JSON.stringify(service)
    expect(text).not.toContain('ability')
    for (const part of token.split('.')) expect(text).not.toContain(part)
    expect(service.can('transfers:create')).toBe(true)
    expect(service.can('transfers:read')).toBe(false)
    expect((await service.explain('transfers:create')).admitted).toBe(true)
    expect(service.ability.can('create', { type: 'transfers' })).toBe(true)
    expect(service.ability.can('read', { type: 'transfers' })).toBe(false)
  })

  it('its ability cannot be widened', async () => {
    const { issuer, m2m } = await setUp()
    const service = serviceIn(await m2m.authenticate(requestWith(await issuer.service(spec))))
    const everything = { action: 'delete', subject: 'transfers' }
    expect(() => service.ability.update([everything])).toThrow(TypeError)
    service.ability.rules.push(everything)
    expect(service.ability.can('delete', { type: 'transfers' })).toBe(false)
    expect(service.can('transfers:delete')).toBe(false)
    expect(await inShort(m2m.authorize(service, 'transfers:delete'))).toBe('403 operation_denied')
  })
})

describe('only a service that this M2M handed out is decided about', () => {
  it('a copy, a look-alike, an heir or nothing is a TypeError', async () => {
    const { issuer, m2m, records } = await setUp()
    const token = await issuer.service({ allowedOps: ['transfers:create'] })
    const service = serviceIn(await m2m.authenticate(requestWith(token)))
    const forged: readonly unknown[] = [
      { ...service },
      { ...service, allowedOps: ['*'], can: () => true },
      Object.create(service),
      new Proxy(service, {}),
      structuredClone(JSON.parse(JSON.stringify(service))),
      { id: 'billing' },
      {},
      null,
      undefined,
      'billing',
    ]
    const before = records.length
    for (const one of forged as ServicePrincipal[]) {
      expect(() => m2m.authorize(one, 'transfers:create')).toThrow(TypeError)
      expect(() => m2m.authorizeScope(one, 's2s:internal')).toThrow(TypeError)
      await expect(m2m.explain(one, 'transfers:create')).rejects.toThrow(TypeError)
    }
    expect(records.slice(before).filter(({ outcome }) => outcome === 'admitted')).toEqual([])
  })

  it('the service of another M2M on the same issuer is a TypeError', async () => {
    const { clock, issuer, m2m } = await setUp()
    const other = createM2M({ ...issuer.asOptions(), ...observed(memorySink(), clock) })
    const request = requestWith(await issuer.service({ allowedOps: ['transfers:create'] }))
    const [mine, theirs] = [await m2m.authenticate(request), await other.authenticate(request)]
    expect(() => m2m.authorize(serviceIn(theirs), 'transfers:create')).toThrow(TypeError)
    expect(() => other.authorize(serviceIn(mine), 'transfers:create')).toThrow(TypeError)
    expect(await inShort(m2m.authorize(serviceIn(mine), 'transfers:create'))).toBe('admitted')
  })

  it('decisions read no public field of it', async () => {
    const { policy } = editablePolicy([allow('transfers:create')])
    const { issuer, m2m } = await setUp({ policy })
    const service = serviceIn(await m2m.authenticate(requestWith(await issuer.service())))
    for (const name of ['allowedOps', 'tier', 'id', 'ability', 'can']) {
      expect(Reflect.defineProperty(service, name, { value: ['*'] })).toBe(false)
    }
    expect(await inShort(m2m.authorize(service, 'transfers:delete'))).toBe('403 operation_denied')
  })
})

describe('invalidate', () => {
  it('forgets the tokens of that service and of no other', async () => {
    const { issuer, m2m } = await setUp()
    const requests = {
      billing: requestWith(await issuer.service({ id: 'billing' })),
      webhook: requestWith(await issuer.service({ id: 'webhook' })),
    }
    const before = await m2m.authenticate(requests.billing)
    await m2m.authenticate(requests.webhook)
    await m2m.invalidate('billing')
    const verify = vi.spyOn(crypto.subtle, 'verify')
    expect(m2m.authenticate(requests.webhook)).not.toBeInstanceOf(Promise)
    expect(verify).not.toHaveBeenCalled()
    const after = await m2m.authenticate(requests.billing)
    expect(verify).toHaveBeenCalledTimes(1)
    expect(after.admitted).toBe(true)
    expect(after).not.toBe(before)
  })

  it('an unknown or hostile name is no fault', async () => {
    const { m2m } = await setUp()
    for (const name of ['nobody', '', '__proto__', 'a'.repeat(1_000_000)]) {
      await expect(m2m.invalidate(name)).resolves.toBeUndefined()
    }
  })
})

describe('the verified-token cache is bounded (5 000; threat row 45)', () => {
  it('a token is verified anew once 5 000 others came after it', async () => {
    const clock = { now: () => 1_800_000_000_000, monotonic: () => 0 }
    const issuer = await createTestIssuer({ now: clock.now })
    const m2m = createM2M({ ...issuer.asOptions(), ...observed(memorySink()), clock })
    const first = requestWith(await issuer.service())
    await m2m.authenticate(first)
    const admitOthers = async (count: number) => {
      for (let done = 0; done < count; done += 100) {
        const tokens = await Promise.all(Array.from({ length: 100 }, () => issuer.service()))
        await Promise.all(tokens.map((token) => m2m.authenticate(requestWith(token))))
      }
    }
    await admitOthers(4900)
    expect(m2m.authenticate(first)).not.toBeInstanceOf(Promise)
    await admitOthers(5000)
    expect(m2m.authenticate(first)).toBeInstanceOf(Promise)
    await m2m.close()
  })
})

describe('threat row 45: what a token states weighs in the cache', () => {
  it.each([
    ['scopes', { scope: Array.from({ length: 99 }, (_, index) => `s:${index}`) }],
    ['operations', { allowedOps: Array.from({ length: 99 }, (_, index) => `a:${index}`) }],
    ['a long jti', { claims: { jti: 'x'.repeat(5000) } }],
  ])('%s', async (_what, spec) => {
    const clock = manualClock()
    const issuer = await createTestIssuer({ now: clock.now })
    const { callers, verifier } = lineOn(issuer, clock)
    const token = await issuer.service(spec)
    const verified = await verifyToken(token, { ...verifier, maxTokenLength: 100_000 })
    if (isRefusal(verified)) throw new Error(verified.message)
    const principal = identify(verified)
    if (isRefusal(principal)) throw new Error(principal.message)
    callers.admit('first', verified, principal)
    for (let index = 0; index < 50; index += 1) callers.admit(`${index}`, verified, principal)
    expect(callers.recall('first')).toBeUndefined()
    expect(callers.recall('49')).toBeDefined()
  })
})

describe('rule 5, threat row 42: a key withdrawn while its signature was being checked', () => {
  const meet = async (between: (issuer: TestIssuer, keys: KeySet) => Promise<void>) => {
    const clock = manualClock()
    const issuer = await createTestIssuer({ now: clock.now })
    const { callers, verifier } = lineOn(issuer, clock)
    const token = await issuer.service()
    const verified = await verifyToken(token, verifier)
    if (isRefusal(verified)) throw new Error(verified.message)
    const principal = identify(verified)
    if (isRefusal(principal)) throw new Error(principal.message)
    await between(issuer, verified.issuer.keys)
    const digest = callers.digestOf(token)
    const caller = callers.admit(digest, verified, principal)
    if (isRefusal(caller)) throw new Error(caller.message)
    const known = callers.recall(digest)
    const isOutdated = known && checkCaller(known, clock.monotonic()) !== undefined
    return { caller, recalled: isOutdated ? undefined : known }
  }

  it('is not trusted from the cache', async () => {
    const { caller, recalled } = await meet(async (issuer, keys) => {
      await issuer.rotate()
      await keys.refresh()
    })
    expect(recalled).toBeUndefined()
    expect(checkCaller(caller, 0)).toMatchObject({ cause: 'key_unknown' })
  })

  it('one that is kept beside a new one is', async () => {
    const { caller, recalled } = await meet(async (issuer, keys) => {
      await issuer.rotate({ keepOld: true })
      await keys.refresh()
    })
    expect(recalled).toBe(caller)
  })
})

describe('a token that has expired and whose key has gone since', () => {
  it('rule 5: is told from memory what it is told when nothing is remembered', async () => {
    const { clock, issuer, m2m } = await setUp()
    const request = requestWith(await issuer.service({ expiresIn: 60 }))
    expect(await inShort(m2m.authenticate(request))).toBe('admitted')
    clock.advance(2 * minutes)
    expect(await inShort(m2m.authenticate(request))).toBe('401 token_expired')
    await issuer.rotate()
    await m2m.refresh()
    const fresh = createM2M({ ...issuer.asOptions(), ...observed(memorySink(), clock) })
    expect(await inShort(fresh.authenticate(request))).toBe('401 invalid_token')
    expect(await inShort(m2m.authenticate(request))).toBe('401 invalid_token')
  })
})

describe('the ability of a service (rules 2, 5 and 9)', () => {
  const small: PolicyRule = {
    ...allow('transfers:create'),
    conditions: [{ field: 'resource.amount', operator: 'less_than', value: 5 }],
  }
  const withRules = async (rules: readonly PolicyRule[], spec: TokenSpec = {}) => {
    const { policy, edit } = editablePolicy(rules)
    const set = await setUp({ policy })
    const request = requestWith(await set.issuer.service(spec))
    return { ...set, edit, service: serviceIn(await set.m2m.authenticate(request)) }
  }
  const transfer = (attributes: Record<string, unknown>) => ({ type: 'transfers', attributes })

  it('a bare type passes no rule that has conditions, and meets every conditional deny', async () => {
    const { service } = await withRules([small])
    expect(service.ability.can('create', transfer({ amount: 1 }))).toBe(true)
    expect(service.ability.can('create', 'transfers')).toBe(false)
    const denied = await withRules([
      allow('transfers:create'),
      { ...small, name: 'denied here', effect: 'deny' },
    ])
    expect(denied.service.ability.can('create', transfer({ amount: 9 }))).toBe(true)
    expect(denied.service.ability.can('create', 'transfers')).toBe(false)
  })

  it('a member "facts" of a resource changes nothing', async () => {
    const { m2m, service } = await withRules([small])
    const facts = { resource: transfer({ amount: 1 }), context: {} }
    for (const attributes of [{ amount: 9 }, { amount: 9, facts }, {}]) {
      const resource = { ...transfer(attributes), facts, resource: facts.resource }
      expect(service.ability.can('create', resource)).toBe(false)
      expect(service.can('transfers:create', resource)).toBe(false)
      expect((await m2m.authorize(service, 'transfers:create', resource)).admitted).toBe(false)
    }
  })

  it('its rules are frozen', async () => {
    const { service } = await withRules([small, allow('*')])
    const rules = service.ability.rulesFor('create', 'transfers')
    expect(rules).toHaveLength(2)
    for (const rule of rules) {
      expect(Object.isFrozen(rule)).toBe(true)
      expect(Reflect.set(rule, 'matchesConditions', () => true)).toBe(false)
      expect(Reflect.set(rule, 'inverted', !rule.inverted)).toBe(false)
    }
  })

  it('allows nothing any more after a policy edit that takes the rule away', async () => {
    const { edit, service } = await withRules([allow('transfers:create')])
    expect(service.ability.can('create', { type: 'transfers' })).toBe(true)
    edit([])
    expect(service.ability.can('create', { type: 'transfers' })).toBe(false)
    expect(service.ability.rulesFor('create', 'transfers')).toEqual([])
  })

  it('allows nothing any more once the token has expired', async () => {
    const { clock, service } = await withRules([allow('transfers:create')])
    clock.advance(10 * minutes)
    expect(service.ability.can('create', { type: 'transfers' })).toBe(false)
    expect(service.ability.can('create', 'transfers')).toBe(false)
    expect(service.ability.rulesFor('create', 'transfers')).toEqual([])
  })

  /** What a database would be asked for. */
  const queriesOf = ({ ability }: ServicePrincipal) =>
    ability.rulesFor('create', 'transfers').map(({ conditions }) => ({ ...conditions }))
  const on = (field: string, value: unknown): PolicyRule => ({
    ...allow('transfers:create'),
    conditions: [{ field, operator: 'equals', value }],
  })

  it('conditions on the subject are resolved in its queries', async () => {
    for (const [tier, resolved] of [
      ['internal', {}],
      ['partner', { $nor: [{}] }],
    ] as const) {
      const { service } = await withRules([on('subject.tier', 'internal')], { tier })
      expect(queriesOf(service)).toEqual([expect.objectContaining({ $and: [resolved] })])
      expect(JSON.stringify(queriesOf(service))).not.toContain('subject')
    }
  })

  it('conditions on the context, which it does not know, never grant there', async () => {
    const { m2m, service } = await withRules([on('context.channel', 'queue')])
    const context = { channel: 'queue' }
    expect(await inShort(m2m.authorize(service, 'transfers:create', undefined, context))).toBe(
      'admitted',
    )
    expect(queriesOf(service)).toEqual([expect.objectContaining({ $and: [{ $nor: [{}] }] })])
    for (const resource of [{ type: 'transfers' }, { type: 'transfers', context }, 'transfers']) {
      expect(service.ability.can('create', resource)).toBe(false)
    }
  })
})
