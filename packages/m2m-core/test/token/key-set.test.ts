import fc from 'fast-check'
import { createTestIssuer, type FailureMode, type TestIssuer } from 'm2m-testkit'
import { describe, expect, it } from 'vitest'
import { isRefusal, type Refusal } from '../../src/errors/refusal.js'
import type { KeyHint } from '../../src/token/check-header.js'
import { createKeySet, type KeySet, type KeySetEvent } from '../../src/token/key-set.js'
import { createKeySource, type KeySource } from '../../src/token/key-source.js'
import type { VerificationKey } from '../../src/token/read-key-set.js'
import { createManualClock, type ManualClock } from './manual-clock.js'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
/** The defaults. */
const timing = {
  refreshAfter: 10 * minute,
  staleIfError: hour,
  cooldown: 30 * second,
  timeout: 5 * second,
}

interface World {
  readonly issuer: TestIssuer
  readonly clock: ManualClock
  readonly keys: KeySet
  readonly events: readonly KeySetEvent[]
  /** Fetches of the key set so far. */
  fetches(): number
}

const createWorld = async (changes: Partial<typeof timing> = {}): Promise<World> => {
  const issuer = await createTestIssuer()
  const clock = createManualClock()
  const events: KeySetEvent[] = []
  const jwksUri = `${issuer.issuer}/jwks`
  const source = createKeySource({ issuer: issuer.issuer, jwksUri, fetch: issuer.fetch })
  const announce = (event: KeySetEvent): void => {
    events.push(event)
  }
  const keys = createKeySet({
    issuer: issuer.issuer,
    source,
    timing: { ...timing, ...changes },
    clock,
    announce,
  })
  return { issuer, clock, keys, events, fetches: () => issuer.requests.length }
}
const createWarmWorld = async (): Promise<World> => {
  const world = await createWorld()
  await world.keys.refresh()
  return world
}

/** A key set whose fetches are answered by hand, one after the other. */
const createHeldWorld = async () => {
  const issuer = await createTestIssuer()
  const answers: ((value: unknown) => void)[] = []
  let count = 0
  const source: KeySource = () => {
    count += 1
    return new Promise((resolve) => {
      answers.push(resolve)
    })
  }
  const clock = createManualClock()
  const announce = (): void => undefined
  const keys = createKeySet({ issuer: issuer.issuer, source, timing, clock, announce })
  return {
    issuer,
    keys,
    asked: () => count,
    answer: (value: unknown) => answers.shift()?.(value),
  }
}

const hintOf = (keyId: string | undefined): KeyHint => ({ algorithm: 'ES256', keyId })
const currentOf = (issuer: TestIssuer): KeyHint => hintOf(issuer.jwks().keys[0]?.kid)
const unknown = hintOf('unknown')
const told = (outcome: VerificationKey | Refusal): string | undefined =>
  isRefusal(outcome) ? outcome.cause : outcome.keyId
/** What a request with this hint comes to: a cause or the id of the key. */
const ask = async ({ keys }: World, hint: KeyHint): Promise<string | undefined> =>
  told(await keys.find(hint))
const check = ({ keys, clock }: World): Refusal | undefined => keys.check(clock.monotonic())
const failures = ({ events }: World): number =>
  events.filter(({ event }) => event === 'keys_unavailable').length

describe('the first request', () => {
  it('fetches, and so does no one before it', async () => {
    const world = await createWorld()
    expect(world.fetches()).toBe(0)
    const hint = currentOf(world.issuer)
    expect(await ask(world, hint)).toBe(hint.keyId)
    expect(world.fetches()).toBe(1)
  })

  it('row 50: joined by 200 others makes one fetch', async () => {
    const world = await createWorld()
    const hint = currentOf(world.issuer)
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(world, hint)))
    expect(new Set(answers)).toEqual(new Set([hint.keyId]))
    expect(world.fetches()).toBe(1)
  })

  it.each<FailureMode>(['status', 'network', 'html', 'empty'])(
    'row 48: is 503 while the issuer fails (%s), and heals without a restart',
    async (mode) => {
      const world = await createWorld()
      const hint = currentOf(world.issuer)
      world.issuer.fail(mode)
      expect(await world.keys.find(hint)).toMatchObject({ code: 'authorization_unavailable' })
      world.issuer.heal()
      world.clock.advance(timing.cooldown)
      expect(await ask(world, hint)).toBe(hint.keyId)
    },
  )

  it('row 48: that fails is one fetch for 200 requests at once', async () => {
    const world = await createWorld()
    const hint = currentOf(world.issuer)
    world.issuer.fail('status')
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(world, hint)))
    expect(new Set(answers)).toEqual(new Set(['key_set_unavailable']))
    expect(world.fetches()).toBe(1)
  })

  it('row 48: that fails is one fetch for 200 requests one after the other', async () => {
    const world = await createWorld()
    world.issuer.fail('status')
    for (let count = 0; count < 200; count += 1) {
      expect(await ask(world, currentOf(world.issuer))).toBe('key_set_unavailable')
    }
    expect(world.fetches()).toBe(1)
  })
})

describe('rule 6: refresh in the background from age 10 min', () => {
  it('a known key needs no fetch and no promise before that', async () => {
    const world = await createWarmWorld()
    world.clock.advance(10 * minute - 1)
    expect(check(world)).toBeUndefined()
    expect(world.keys.find(currentOf(world.issuer))).toMatchObject({ algorithms: ['ES256'] })
    expect(world.fetches()).toBe(1)
  })

  it('after that the key is still answered at once, behind it one fetch is made', async () => {
    const world = await createWarmWorld()
    const hint = currentOf(world.issuer)
    world.clock.advance(10 * minute + 1)
    for (let count = 0; count < 200; count += 1) {
      expect(check(world)).toBeUndefined()
      expect(world.keys.find(hint)).not.toBeInstanceOf(Promise)
    }
    expect(world.fetches()).toBe(2)
  })

  it('the fetch counts: the next one is due 10 min later', async () => {
    const world = await createWarmWorld()
    world.clock.advance(10 * minute + 1)
    check(world)
    await world.keys.settle()
    world.clock.advance(10 * minute - 1)
    check(world)
    expect(world.fetches()).toBe(2)
    world.clock.advance(2)
    check(world)
    expect(world.fetches()).toBe(3)
  })

  it('brings a rotated key and drops the withdrawn one', async () => {
    const world = await createWarmWorld()
    const old = currentOf(world.issuer)
    await world.issuer.rotate()
    world.clock.advance(10 * minute + 1)
    check(world)
    await expect.poll(() => world.keys.generation).toBe(2)
    expect(await ask(world, old)).toBe('key_unknown')
    expect(await ask(world, currentOf(world.issuer))).toBe(currentOf(world.issuer).keyId)
  })

  it('row 49: ages by the monotonic clock, whatever the wall clock does', async () => {
    const world = await createWarmWorld()
    for (const jump of [2 * hour, -4 * hour]) {
      world.clock.step(jump)
      expect(check(world)).toBeUndefined()
      expect(world.keys.find(currentOf(world.issuer))).not.toBeInstanceOf(Promise)
    }
    expect(world.fetches()).toBe(1)
  })
})

describe('rule 6: the last good set is served for 1 h from the last success', () => {
  it.each<FailureMode>(['status', 'network', 'html', 'empty'])(
    'while the issuer fails (%s), then 503',
    async (mode) => {
      const world = await createWarmWorld()
      const hint = currentOf(world.issuer)
      world.issuer.fail(mode)
      for (let age = 0; age < hour; age += 5 * minute) {
        expect(await ask(world, hint)).toBe(hint.keyId)
        expect(check(world)).toBeUndefined()
        world.clock.advance(5 * minute)
      }
      expect(await ask(world, hint)).toBe(hint.keyId)
      world.clock.advance(1)
      expect(check(world)).toMatchObject({ code: 'authorization_unavailable' })
      expect(await ask(world, hint)).toBe('key_set_unavailable')
      expect(failures(world)).toBeGreaterThan(0)
    },
  )

  it('a success in between starts the hour anew', async () => {
    const world = await createWarmWorld()
    const hint = currentOf(world.issuer)
    world.clock.advance(50 * minute)
    await world.keys.refresh()
    world.issuer.fail('status')
    world.clock.advance(hour)
    expect(await ask(world, hint)).toBe(hint.keyId)
    world.clock.advance(1)
    expect(await ask(world, hint)).toBe('key_set_unavailable')
  })

  it('a failure in between does not', async () => {
    const world = await createWarmWorld()
    world.issuer.fail('status')
    world.clock.advance(59 * minute)
    await expect(world.keys.refresh()).rejects.toThrow('unavailable')
    world.clock.advance(minute + 1)
    expect(await ask(world, currentOf(world.issuer))).toBe('key_set_unavailable')
  })

  it('idle for a day, the first request waits for one fetch and passes', async () => {
    const world = await createWarmWorld()
    const hint = currentOf(world.issuer)
    world.clock.advance(24 * hour)
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask(world, hint)))
    expect(new Set(answers)).toEqual(new Set([hint.keyId]))
    expect(world.fetches()).toBe(2)
  })

  it('after the hour it heals without a restart', async () => {
    const world = await createWarmWorld()
    const hint = currentOf(world.issuer)
    world.issuer.fail('network')
    world.clock.advance(2 * hour)
    expect(await ask(world, hint)).toBe('key_set_unavailable')
    world.issuer.heal()
    world.clock.advance(timing.cooldown)
    expect(await ask(world, hint)).toBe(hint.keyId)
    expect(check(world)).toBeUndefined()
  })
})

describe('rule 6: an attempt counts even when it fails', () => {
  it('no second one within the cool-down, one after it', async () => {
    const world = await createWorld()
    world.issuer.fail('status')
    await ask(world, unknown)
    world.clock.advance(timing.cooldown - 1)
    await ask(world, unknown)
    expect(world.fetches()).toBe(1)
    world.clock.advance(1)
    await ask(world, unknown)
    expect(world.fetches()).toBe(2)
  })

  it('row 46: back-off makes fewer than one fetch per cool-down, and is bounded', async () => {
    const world = await createWorld()
    world.issuer.fail('status')
    const length = 20 * minute
    for (let time = 0; time < length; time += 5 * second) {
      await ask(world, unknown)
      world.clock.advance(5 * second)
    }
    expect(world.fetches()).toBeLessThan(length / timing.cooldown)
    world.issuer.heal()
    world.clock.advance(5 * minute)
    expect(await ask(world, currentOf(world.issuer))).toBe(currentOf(world.issuer).keyId)
  })

  it('the back-off ends with a success', async () => {
    const world = await createWorld()
    world.issuer.fail('status')
    for (let count = 0; count < 5; count += 1) {
      await ask(world, unknown)
      world.clock.advance(5 * minute)
    }
    world.issuer.heal()
    await ask(world, unknown)
    const before = world.fetches()
    world.clock.advance(timing.cooldown)
    await ask(world, unknown)
    expect(world.fetches()).toBe(before + 1)
  })
})

describe('rule 6: an unknown kid', () => {
  it('is 401 when the last attempt succeeded, also inside the cool-down', async () => {
    const world = await createWarmWorld()
    expect(await world.keys.find(unknown)).toMatchObject({
      cause: 'key_unknown',
      code: 'invalid_token',
    })
    expect(world.fetches()).toBe(1)
  })

  it('is 401 after a fetch that did not bring it', async () => {
    const world = await createWarmWorld()
    world.clock.advance(timing.cooldown)
    expect(await ask(world, unknown)).toBe('key_unknown')
    expect(world.fetches()).toBe(2)
  })

  it.each<FailureMode>(['status', 'network', 'html', 'empty'])(
    'is 503 when the last attempt failed (%s), also inside the cool-down',
    async (mode) => {
      const world = await createWarmWorld()
      world.issuer.fail(mode)
      world.clock.advance(timing.cooldown)
      for (let count = 0; count < 3; count += 1) {
        expect(await world.keys.find(unknown)).toMatchObject({
          cause: 'key_set_unavailable',
          code: 'authorization_unavailable',
        })
      }
      expect(world.fetches()).toBe(2)
      expect(await ask(world, currentOf(world.issuer))).toBe(currentOf(world.issuer).keyId)
    },
  )

  it('is 401 again once an attempt succeeded', async () => {
    const world = await createWarmWorld()
    world.issuer.fail('status')
    world.clock.advance(timing.cooldown)
    expect(await ask(world, unknown)).toBe('key_set_unavailable')
    world.issuer.heal()
    world.clock.advance(timing.cooldown)
    expect(await ask(world, unknown)).toBe('key_unknown')
  })

  it('row 46: 200 different ones at once make at most one fetch', async () => {
    const world = await createWarmWorld()
    world.clock.advance(timing.cooldown)
    const ids = Array.from({ length: 200 }, (_, index) => hintOf(`unknown-${index}`))
    const answers = await Promise.all(ids.map((hint) => ask(world, hint)))
    expect(new Set(answers)).toEqual(new Set(['key_unknown']))
    expect(world.fetches()).toBe(2)
  })

  it('row 46: 200 different ones inside the cool-down make none', async () => {
    const world = await createWarmWorld()
    for (let index = 0; index < 200; index += 1) await ask(world, hintOf(`unknown-${index}`))
    expect(world.fetches()).toBe(1)
  })

  it('row 46: a flood does no harm to valid traffic', async () => {
    const world = await createWarmWorld()
    const hint = currentOf(world.issuer)
    world.clock.advance(timing.cooldown)
    const flood = Array.from({ length: 200 }, (_, index) => ask(world, hintOf(`unknown-${index}`)))
    expect(world.keys.find(hint)).not.toBeInstanceOf(Promise)
    await Promise.all(flood)
  })

  it('row 46: a flood does not hide a rotation', async () => {
    const world = await createWarmWorld()
    await world.issuer.rotate()
    const hint = currentOf(world.issuer)
    for (let time = 0; time < timing.cooldown; time += second) {
      await ask(world, unknown)
      world.clock.advance(second)
    }
    expect(await ask(world, hint)).toBe(hint.keyId)
  })

  it('row 4: is looked up by its exact name', async () => {
    const world = await createWarmWorld()
    for (const keyId of ['__proto__', 'constructor', 'toString', '', '../jwks']) {
      expect(await ask(world, hintOf(keyId))).toBe('key_unknown')
    }
  })
})

describe('a key without an id', () => {
  it('row 4: is found by algorithm alone when only one fits', async () => {
    const world = await createWarmWorld()
    expect(await ask(world, hintOf(undefined))).toBe(currentOf(world.issuer).keyId)
  })

  it('row 4: is refused when two fit', async () => {
    const world = await createWorld()
    await world.issuer.rotate({ keepOld: true })
    expect(await ask(world, hintOf(undefined))).toBe('key_unknown')
  })
})

describe('row 10: the algorithm of the token', () => {
  it('must be one of the key that it names', async () => {
    const world = await createWarmWorld()
    const { keyId } = currentOf(world.issuer)
    for (const algorithm of ['RS256', 'ES384', 'EdDSA'] as const) {
      expect(told(await world.keys.find({ algorithm, keyId }))).toBe('key_unknown')
    }
  })
})

describe('rotation', () => {
  it('is picked up by the first unknown kid after the cool-down', async () => {
    const world = await createWarmWorld()
    await world.issuer.rotate({ keepOld: true })
    const hint = currentOf(world.issuer)
    expect(await ask(world, hint)).toBe('key_unknown')
    world.clock.advance(timing.cooldown)
    expect(await ask(world, hint)).toBe(hint.keyId)
    expect(world.fetches()).toBe(2)
  })

  it('rule 5: a key that stays is still held, and the generation has grown', async () => {
    const world = await createWarmWorld()
    const key = (await world.keys.find(currentOf(world.issuer))) as VerificationKey
    const before = world.keys.generation
    await world.issuer.rotate({ keepOld: true })
    await world.keys.refresh()
    expect(world.keys.generation).toBeGreaterThan(before)
    expect(world.keys.holds(key)).toBe(true)
  })

  it('row 42: a key that is removed is no longer held, and the generation has grown', async () => {
    const world = await createWarmWorld()
    const key = (await world.keys.find(currentOf(world.issuer))) as VerificationKey
    const before = world.keys.generation
    await world.issuer.rotate()
    await world.keys.refresh()
    expect(world.keys.generation).toBeGreaterThan(before)
    expect(world.keys.holds(key)).toBe(false)
  })

  it('rule 5: a set that stays the same leaves the generation as it is', async () => {
    const world = await createWarmWorld()
    const before = world.keys.generation
    await world.keys.refresh()
    await world.keys.refresh()
    expect(world.keys.generation).toBe(before)
  })

  it('rule 5: a failing refresh leaves keys and generation as they are', async () => {
    const world = await createWarmWorld()
    const key = (await world.keys.find(currentOf(world.issuer))) as VerificationKey
    const before = world.keys.generation
    world.issuer.fail('empty')
    await expect(world.keys.refresh()).rejects.toThrow('unavailable')
    expect(world.keys.generation).toBe(before)
    expect(world.keys.holds(key)).toBe(true)
  })

  it('rule 5: another key under the same id is another key', async () => {
    const [first, second] = await Promise.all([createTestIssuer(), createTestIssuer()])
    const sets = [first, second].map((one) => ({
      keys: one.jwks().keys.map((jwk) => ({ ...jwk, kid: 'k' })),
    }))
    const keys = keySetOf(() => Promise.resolve(sets.shift()))
    await keys.refresh()
    const key = (await keys.find(hintOf('k'))) as VerificationKey
    const before = keys.generation
    await keys.refresh()
    expect(keys.holds(key)).toBe(false)
    expect(keys.generation).toBeGreaterThan(before)
  })

  it('rule 5: the same key under another id is not held under the old one', async () => {
    const issuer = await createTestIssuer()
    const ids = ['a', 'b']
    const keys = keySetOf(async () => ({
      keys: issuer.jwks().keys.map((jwk) => ({ ...jwk, kid: ids.shift() })),
    }))
    await keys.refresh()
    const key = (await keys.find(hintOf('a'))) as VerificationKey
    await keys.refresh()
    expect(keys.holds(key)).toBe(false)
  })
})

describe('refresh()', () => {
  it('forces a fetch inside the cool-down', async () => {
    const world = await createWarmWorld()
    await world.keys.refresh()
    await world.keys.refresh()
    expect(world.fetches()).toBe(3)
  })

  it('rule 5: takes no answer of a fetch that began before it, since the keys may have changed', async () => {
    const { issuer, keys, asked, answer } = await createHeldWorld()
    const early = keys.find(unknown)
    expect(asked()).toBe(1)
    const old = issuer.jwks()
    await issuer.rotate()
    const both = [keys.refresh(), keys.refresh()]
    answer(old)
    await early
    await new Promise(setImmediate)
    expect(asked()).toBe(2)
    answer(issuer.jwks())
    await Promise.all(both)
    expect(asked()).toBe(2)
    expect(keys.find(currentOf(issuer))).toMatchObject({ keyId: currentOf(issuer).keyId })
    const withdrawn = await keys.find(hintOf(old.keys[0]?.kid))
    expect(withdrawn).toMatchObject({ cause: 'key_unknown' })
  })

  it('makes one fetch when called twice at once', async () => {
    const world = await createWorld()
    await Promise.all([world.keys.refresh(), world.keys.refresh()])
    expect(world.fetches()).toBe(1)
  })

  it('brings a rotated key at once', async () => {
    const world = await createWarmWorld()
    await world.issuer.rotate()
    await world.keys.refresh()
    expect(await ask(world, currentOf(world.issuer))).toBe(currentOf(world.issuer).keyId)
  })

  it.each<FailureMode>(['status', 'network', 'html', 'empty'])(
    'rejects when the issuer fails (%s)',
    async (mode) => {
      const world = await createWorld()
      world.issuer.fail(mode)
      await expect(world.keys.refresh()).rejects.toThrow(world.issuer.issuer)
    },
  )

  it('that fails counts as an attempt', async () => {
    const world = await createWarmWorld()
    world.issuer.fail('status')
    await expect(world.keys.refresh()).rejects.toThrow()
    expect(await ask(world, unknown)).toBe('key_set_unavailable')
    expect(world.fetches()).toBe(2)
  })
})

describe('row 46: those who wait for a fetch are bounded', () => {
  it('1000 wait, further ones are told at once to come back', async () => {
    const { keys, answer, issuer } = await createHeldWorld()
    const told: (string | undefined)[] = []
    const waiting = Array.from({ length: 1200 }, async () => {
      const outcome = await keys.find(unknown)
      told.push(isRefusal(outcome) ? outcome.cause : 'found')
    })
    await new Promise(setImmediate)
    expect(told).toEqual(Array.from({ length: 200 }, () => 'key_set_unavailable'))
    answer(issuer.jwks())
    await Promise.all(waiting)
    expect(told.slice(200)).toEqual(Array.from({ length: 1000 }, () => 'key_unknown'))
    const later = await keys.find(unknown)
    expect(later).toMatchObject({ cause: 'key_unknown' })
  })
})

describe('Retry-After', () => {
  it('is a positive number of whole seconds at any moment of an outage', async () => {
    const world = await createWorld()
    world.issuer.fail('status')
    for (let count = 0; count < 100; count += 1) {
      const refusal = (await world.keys.find(unknown)) as Refusal
      expect(Number.isSafeInteger(refusal.retryAfter)).toBe(true)
      expect(refusal.retryAfter).toBeGreaterThan(0)
      world.clock.advance(3333)
    }
  })

  it('is the time at which another attempt may be made', async () => {
    const world = await createWorld()
    world.issuer.fail('status')
    const { retryAfter = 0 } = (await world.keys.find(unknown)) as Refusal
    world.issuer.heal()
    world.clock.advance(retryAfter * second)
    expect(await ask(world, currentOf(world.issuer))).toBe(currentOf(world.issuer).keyId)
  })
})

describe('announcements', () => {
  it('rule 6: an empty set is announced', async () => {
    const world = await createWarmWorld()
    world.issuer.fail('empty')
    await expect(world.keys.refresh()).rejects.toThrow()
    expect(world.events).toMatchObject([
      { event: 'keys_unavailable', issuer: world.issuer.issuer, message: expect.any(String) },
    ])
  })

  it('an outage and its end are announced', async () => {
    const world = await createWarmWorld()
    world.issuer.fail('network')
    await expect(world.keys.refresh()).rejects.toThrow()
    world.issuer.heal()
    await world.keys.refresh()
    expect(world.events.map(({ event }) => event)).toEqual(['keys_unavailable', 'keys_loaded'])
  })

  it('a set whose keys are all refused is an outage, announced with the reasons', async () => {
    const events: KeySetEvent[] = []
    const set = { keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }
    const keys = keySetOf(() => Promise.resolve(set), events)
    await expect(keys.refresh()).rejects.toThrow('symmetric')
    expect(events).toMatchObject([{ event: 'keys_unavailable' }])
  })

  it('row 10: a refused key in a set that changes is announced', async () => {
    const issuer = await createTestIssuer()
    const events: KeySetEvent[] = []
    const rest: unknown[][] = [[], [{ kty: 'oct', k: 'c2VjcmV0' }]]
    const source = async () => ({ keys: [...issuer.jwks().keys, ...(rest.shift() ?? [])] })
    const keys = keySetOf(source, events)
    await keys.refresh()
    await issuer.rotate()
    await keys.refresh()
    expect(events).toMatchObject([{ message: expect.stringContaining('symmetric') }])
  })
})

describe('rule 6: what a set that is there cannot answer', () => {
  const wordsOf = ({ events }: World): readonly string[] => events.map(({ message }) => message)

  it('a token without a kid that no key fits may fetch once per cool-down', async () => {
    const world = await createWarmWorld()
    const hint: KeyHint = { algorithm: 'RS256', keyId: undefined }
    expect(await ask(world, hint)).toBe('key_unknown')
    expect(world.fetches()).toBe(1)
    world.clock.advance(timing.cooldown)
    for (let count = 0; count < 3; count += 1) expect(await ask(world, hint)).toBe('key_unknown')
    expect(world.fetches()).toBe(2)
  })

  it('and is 503 while the last attempt failed', async () => {
    const world = await createWarmWorld()
    world.issuer.fail('status')
    world.clock.advance(timing.cooldown)
    for (let count = 0; count < 3; count += 1) {
      const hint: KeyHint = { algorithm: 'RS256', keyId: undefined }
      expect(await world.keys.find(hint)).toMatchObject({ code: 'authorization_unavailable' })
    }
    expect(world.fetches()).toBe(2)
    expect(wordsOf(world)).toHaveLength(1)
  })

  it('a known kid with another algorithm may fetch once per cool-down', async () => {
    const world = await createWarmWorld()
    const { keyId } = currentOf(world.issuer)
    const other: KeyHint = { algorithm: 'RS256', keyId }
    expect(await ask(world, other)).toBe('key_unknown')
    expect(world.fetches()).toBe(1)
    world.clock.advance(timing.cooldown)
    for (let count = 0; count < 3; count += 1) expect(await ask(world, other)).toBe('key_unknown')
    expect(world.fetches()).toBe(2)
    expect(world.keys.find(currentOf(world.issuer))).not.toBeInstanceOf(Promise)
  })

  it('more than 100 keys are an outage', async () => {
    const [jwk] = (await createTestIssuer()).jwks().keys
    const listOf = (length: number) =>
      Array.from({ length }, (_key, index) => ({ ...jwk, kid: `k-${index}` }))
    const events: KeySetEvent[] = []
    const sets = [listOf(100), listOf(101)]
    const keys = keySetOf(() => Promise.resolve({ keys: sets.shift() }), events)
    await keys.refresh()
    await expect(keys.refresh()).rejects.toThrow('at most 100 keys')
    expect(events).toMatchObject([{ event: 'keys_unavailable' }])
    expect(told(await keys.find(hintOf('k-99')))).toBe('k-99')
  })

  it('row 10: refused keys are announced when the set is first loaded', async () => {
    const events: KeySetEvent[] = []
    const [jwk] = (await createTestIssuer()).jwks().keys
    const keys = keySetOf(
      () => Promise.resolve({ keys: [jwk, { kty: 'oct', k: 'c2VjcmV0' }] }),
      events,
    )
    await keys.refresh()
    await keys.refresh()
    expect(events).toMatchObject([
      { event: 'keys_loaded', message: expect.stringMatching(/1 usable.*keys\[1\].*symmetric/) },
    ])
  })

  it('ready() fetches nothing while usable keys are there, however old', async () => {
    const world = await createWarmWorld()
    await world.keys.ready()
    world.clock.advance(10 * minute)
    await world.keys.ready()
    expect(world.fetches()).toBe(1)
  })
})

describe('close()', () => {
  it('ends the fetch under way', async () => {
    const world = await createWorld()
    world.issuer.fail('hang')
    const refreshing = expect(world.keys.refresh()).rejects.toThrow('unavailable')
    world.keys.close()
    await refreshing
  })

  it('starts no new one that lasts', async () => {
    const world = await createWorld()
    world.keys.close()
    expect(await ask(world, currentOf(world.issuer))).toBe('key_set_unavailable')
    expect(world.fetches()).toBe(0)
  })
})

describe('rule 6: the time-out holds whatever fetch is given', () => {
  it.each<[string, typeof globalThis.fetch]>([
    ['never settles', () => new Promise(() => undefined)],
    ['gives a body that never ends', async () => new Response(new ReadableStream({}))],
    ['gives no body', async () => new Response(null)],
    ['throws at once', () => Promise.reject(new TypeError('fetch failed'))],
  ])('one that %s', async (_what, fetch) => {
    const source = createKeySource({
      issuer: 'https://issuer.test',
      jwksUri: 'https://issuer.test/jwks',
      fetch,
    })
    const keys = keySetOf(source)
    await expect(keys.refresh()).rejects.toThrow('unavailable')
    expect(told(await keys.find(unknown))).toBe('key_set_unavailable')
  })

  it('an answer after it does not count', async () => {
    const issuer = await createTestIssuer()
    const late: ((set: unknown) => void)[] = []
    const keys = keySetOf(() => new Promise((resolve) => late.push(resolve)))
    await expect(keys.refresh()).rejects.toThrow('unavailable')
    for (const answer of late) answer(issuer.jwks())
    expect(told(await keys.find(currentOf(issuer)))).toBe('key_set_unavailable')
    expect(keys.generation).toBe(0)
  })
})

describe('law: whatever happens to issuer and time', () => {
  const advance = fc.constantFrom(1, 5, 29, 30, 31, 60, 120, 300, 601, 1800, 3600, 3601, 7200)
  const change = fc.constantFrom('none', 'status', 'empty', 'network', 'heal', 'rotate', 'force')
  const steps = fc.array(fc.tuple(advance, change), { maxLength: 25 })

  it('fetches, 401, 503 and keys are as rule 6 says', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        const world = await createWorld()
        const { issuer, clock, keys } = world
        let published = currentOf(issuer)
        let held: KeyHint | undefined
        let isFailing = false
        let isLastGood = false
        let lastGoodAt = Number.NEGATIVE_INFINITY
        let forced = 0
        let seen = 0
        const notice = (): void => {
          if (world.fetches() > seen) {
            isLastGood = !isFailing
            if (isLastGood) {
              lastGoodAt = clock.monotonic()
              held = published
            }
          }
          seen = world.fetches()
        }

        for (const [seconds, what] of script) {
          clock.advance(seconds * second)
          if (what === 'heal') issuer.heal()
          if (what === 'status' || what === 'empty' || what === 'network') issuer.fail(what)
          if (what === 'heal') isFailing = false
          if (what === 'status' || what === 'empty' || what === 'network') isFailing = true
          if (what === 'rotate') {
            await issuer.rotate()
            published = currentOf(issuer)
          }
          if (what === 'force') {
            await keys.refresh().catch(() => undefined)
            forced += 1
            expect(world.fetches()).toBe(seen + 1)
            notice()
          }

          const answer = await ask(world, unknown)
          notice()
          const isServed = clock.monotonic() - lastGoodAt <= hour
          expect(answer).toBe(isLastGood && isServed ? 'key_unknown' : 'key_set_unavailable')
          if (held) {
            const expected = isServed ? held.keyId : 'key_set_unavailable'
            expect(await ask(world, held)).toBe(expected)
          }
          expect(keys.check(clock.monotonic()) === undefined).toBe(isServed)
          const allowed = 1 + clock.monotonic() / timing.cooldown + forced
          expect(world.fetches()).toBeLessThanOrEqual(allowed)
        }
      }),
      { numRuns: 60 },
    )
  })
})

/** A key set over any source, with a short real time-out. */
const keySetOf = (
  source: KeySource,
  events: KeySetEvent[] = [],
  clock: ManualClock = createManualClock(),
): KeySet =>
  createKeySet({
    issuer: 'https://issuer.test',
    source,
    timing: { ...timing, timeout: 200 },
    clock,
    announce: (event) => {
      events.push(event)
    },
  })
