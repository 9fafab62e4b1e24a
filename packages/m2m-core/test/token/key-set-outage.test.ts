import type { TokenSpec } from 'm2m-testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Notice } from '../../src/audit/audit-sink.js'
import { createM2M } from '../../src/m2m/create-m2m.js'
import type { M2M } from '../../src/m2m/m2m.js'
import type { Verdict } from '../../src/pipeline/verdict.js'
import { badKeyId, badKeys } from './bad-keys.js'
import { hang, keySetFaults, listOf, named, send } from './key-set-faults.js'
import { createKeySetWorld } from './key-set-world.js'

const second = 1000
const minute = 60 * second
const cooldown = 30 * second
/** The longest pause between two attempts while they fail. */
const longestPause = 120 * second

/** An M2M with all its defaults on an issuer whose keys stand on a real server. */
const setUp = async (fetch?: typeof globalThis.fetch) => {
  const world = await createKeySetWorld()
  const { issuer, clock, jwksUri } = world
  const notices: Notice[] = []
  const sink = { write: () => undefined, notice: (notice: Notice) => void notices.push(notice) }
  const m2m = createM2M({
    issuer: issuer.issuer,
    audience: issuer.audience,
    jwksUri,
    fetch: fetch ?? world.fetch,
    clock,
    audit: { sinks: [sink] },
  })
  onTestFinished(() => m2m.close())
  /** A token that outlives every outage here. */
  const mint = (spec?: TokenSpec) => issuer.service({ expiresIn: 6 * 3600, ...spec })
  return { ...world, m2m, notices, mint, present: (token: string) => presentTo(m2m, token) }
}

const presentTo = (m2m: M2M, token: string): Verdict | Promise<Verdict> =>
  m2m.authenticate({ headers: { authorization: `Bearer ${token}` } })

const inShort = async (pending: Verdict | Promise<Verdict>): Promise<string> => {
  const verdict = await pending
  return verdict.admitted ? 'admitted' : `${verdict.reply.status} ${verdict.code}`
}
const unavailable = '503 authorization_unavailable'
const invalid = '401 invalid_token'

const expectUnavailable = (verdict: Verdict, mostSeconds: number): void => {
  if (verdict.admitted) throw new Error('expected a refusal, the token was admitted')
  expect(verdict).toMatchObject({ kind: 'unavailable', reply: { status: 503 } })
  expect(verdict.reply.headers).not.toHaveProperty('WWW-Authenticate')
  const retryAfter = Number(verdict.reply.headers['Retry-After'])
  expect(retryAfter).toBe(verdict.retryAfter)
  expect(retryAfter).toBeGreaterThan(0)
  expect(retryAfter).toBeLessThanOrEqual(mostSeconds)
}

describe('row 48: at a cold start', () => {
  it.each(named(keySetFaults))('%s is 503 with Retry-After, and heals', async (_name, fault) => {
    const world = await setUp()
    const { m2m, clock, notices, mint, present } = world
    world.suffer(fault)
    await expect(m2m.ready()).rejects.toThrow('unavailable')
    expectUnavailable(await present(await mint()), 30)
    expect(world.fetchedAt).toEqual([0])
    expect(notices).toMatchObject([
      { event: 'keys_unavailable', message: expect.stringContaining(fault.expected) },
    ])
    await world.heal()
    clock.advance(cooldown)
    expect(await inShort(present(await mint()))).toBe('admitted')
    expect(world.fetchedAt).toEqual([0, cooldown / 1000])
    expect(new Set(world.requests())).toEqual(new Set(['/jwks']))
  })

  it('a server that is not there is 503, and once it is, tokens are admitted', async () => {
    const world = await setUp()
    const { clock, mint, present } = world
    await world.unplug()
    expectUnavailable(await present(await mint()), 30)
    await world.heal()
    clock.advance(cooldown)
    expect(await inShort(present(await mint()))).toBe('admitted')
  })

  it('a slow drip is cut off by the time-out of 5 s that is fixed', async () => {
    const world = await setUp()
    const { notices, mint, present } = world
    const drip = keySetFaults.find(({ name }) => name === 'a byte now and then')
    if (!drip) throw new Error('expected the row to be there')
    world.answerWith(drip.answer)
    expectUnavailable(await present(await mint()), 30)
    expect(notices).toMatchObject([{ event: 'keys_unavailable' }])
    expect(notices[0]?.message).toContain('timed out')
  })
})

const unplugged = ['a server that is not there', undefined] as const

describe('row 47: with a last good set', () => {
  it.each([...named(keySetFaults), unplugged])(
    '%s: tokens are served for 1 h from the last success, then 503, and heal',
    async (_name, fault) => {
      const world = await setUp()
      const { clock, m2m, mint, present } = world
      const warm = await mint()
      await m2m.ready()
      expect(await inShort(present(warm))).toBe('admitted')
      const stranger = await world.issuer.unknownKey({ expiresIn: 6 * 3600 })
      if (fault) world.suffer(fault)
      else await world.unplug()

      for (const age of [11 * minute, 60 * minute]) {
        clock.advance(age - clock.monotonic())
        // A plain value: whoever is known does not wait for the fetch behind it.
        expect(present(warm)).toMatchObject({ admitted: true })
        expect(await inShort(present(await mint()))).toBe('admitted')
        expectUnavailable(await present(stranger), 120)
      }
      expect(world.fetchedAt).toEqual([0, 11 * 60, 60 * 60])

      clock.advance(1)
      expectUnavailable(await present(warm), 120)
      expectUnavailable(await present(await mint()), 120)
      expectUnavailable(await present(stranger), 120)

      await world.heal()
      clock.advance(longestPause)
      expect(await inShort(present(warm))).toBe('admitted')
      expect(await inShort(present(await mint()))).toBe('admitted')
      expect(await inShort(present(stranger))).toBe(invalid)
      expect(world.fetchedAt).toHaveLength(4)
    },
  )

  it('a fetch that hangs holds up nobody whose key is known', async () => {
    const world = await setUp()
    const { clock, m2m, issuer, mint, present } = world
    const warm = await mint()
    await inShort(present(warm))
    world.answerWith(hang)
    clock.advance(cooldown)
    let isWaiting = true
    const stranger = inShort(present(await issuer.unknownKey())).finally(() => {
      isWaiting = false
    })
    await expect.poll(() => world.requests().length, { timeout: 15_000 }).toBe(2)
    expect(present(warm)).toMatchObject({ admitted: true })
    expect(await inShort(present(await mint()))).toBe('admitted')
    expect(isWaiting).toBe(true)
    await m2m.close()
    expect(await stranger).toBe(unavailable)
  })

  it('idle for half an hour, then an outage: tokens wait for one attempt and are served', async () => {
    const world = await setUp()
    const { clock, mint, present } = world
    const warm = await mint()
    await inShort(present(warm))
    world.suffer({ answer: hang, isEndless: true })
    clock.advance(30 * minute)
    const fresh = await mint()
    const answers = [warm, fresh, warm].map((token) => inShort(present(token)))
    expect(await Promise.all(answers)).toEqual(['admitted', 'admitted', 'admitted'])
    expect(world.fetchedAt).toEqual([0, 30 * 60])
  })
})

describe('row 4: tokens by keys that were refused', () => {
  const forgeable = badKeys.filter(({ forge }) => forge !== undefined)

  it.each(named(forgeable))('%s: 401 for them, others are admitted', async (_name, bad) => {
    const world = await setUp()
    const { notices, mint, present } = world
    world.answerWith(send((good) => listOf([...bad.jwks, ...good.keys])))
    const honest = await mint()
    const header = { alg: bad.forge?.algorithm, typ: 'at+jwt', kid: badKeyId }
    const input = `${encode(JSON.stringify(header))}.${honest.split('.')[1]}`
    const signature = bad.forge?.sign(Buffer.from(input)) ?? ''
    expect(await inShort(present(`${input}.${encode(signature)}`))).toBe(invalid)
    expect(await inShort(present(honest))).toBe('admitted')
    expect(notices).toMatchObject([
      { event: 'keys_loaded', message: expect.stringContaining(bad.expected) },
    ])
  })
})

describe('rows 42 and 46: rotation over HTTP', () => {
  it('a new key is found by its id after the cool-down; tokens of the old one stay good', async () => {
    const { clock, issuer, mint, present } = await setUp()
    const old = await mint()
    await inShort(present(old))
    await issuer.rotate({ keepOld: true })
    const next = await mint()
    clock.advance(cooldown - 1)
    expect(await inShort(present(next))).toBe(invalid)
    clock.advance(1)
    expect(await inShort(present(next))).toBe('admitted')
    expect(present(old)).toMatchObject({ admitted: true })
  })

  it('a key that is removed ends its cached tokens once that is known, within 10 min', async () => {
    const { clock, issuer, mint, present, fetchedAt, m2m } = await setUp()
    const old = await mint()
    await inShort(present(old))
    await issuer.rotate()
    clock.advance(10 * minute)
    expect(await inShort(present(old))).toBe('admitted')
    clock.advance(1)
    expect(await inShort(present(old))).toBe('admitted')
    expect(fetchedAt).toHaveLength(2)
    // Comes after the fetch that the request before began.
    await m2m.refresh()
    expect(fetchedAt).toHaveLength(3)
    expect(await inShort(present(old))).toBe(invalid)
    expect(await inShort(present(await mint()))).toBe('admitted')
  })

  it('a key that is removed while nobody calls for 30 min is not believed once more', async () => {
    const { clock, issuer, mint, present } = await setUp()
    const old = await mint()
    await inShort(present(old))
    await issuer.rotate()
    clock.advance(30 * minute)
    expect(await inShort(present(old))).toBe(invalid)
  })

  it('another key under the same id ends the cached tokens of the first once it is known', async () => {
    const world = await setUp()
    const { issuer, m2m, mint, present } = world
    world.answerWith(
      send(({ keys: [good = ''] }) => listOf([JSON.stringify({ ...JSON.parse(good), kid: 'k' })])),
    )
    const old = await mint({ header: { kid: 'k' } })
    expect(await inShort(present(old))).toBe('admitted')
    await issuer.rotate()
    const next = await mint({ header: { kid: 'k' } })
    // Until then the id is a known one, and the signature is not that key's.
    expect(await inShort(present(next))).toBe(invalid)
    expect(present(old)).toMatchObject({ admitted: true })
    await m2m.refresh()
    expect(await inShort(present(old))).toBe(invalid)
    expect(await inShort(present(next))).toBe('admitted')
  })
})

const encode = (part: string | Buffer): string => Buffer.from(part).toString('base64url')
