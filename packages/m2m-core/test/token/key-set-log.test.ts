import { createTestIssuer } from 'm2m-testkit'
import { describe, expect, it } from 'vitest'
import { isRefusal, type Refusal } from '../../src/errors/refusal.js'
import { createKeySet, type KeySetEvent } from '../../src/token/key-set.js'
import type { KeySource } from '../../src/token/key-source.js'
import type { VerificationKey } from '../../src/token/read-key-set.js'
import { advice } from './advice.js'
import { createManualClock } from './manual-clock.js'

const minute = 60_000
const hour = 60 * minute

/** A key set whose source can be changed under way. */
const setUp = async () => {
  const clock = createManualClock()
  const issuer = await createTestIssuer()
  const events: KeySetEvent[] = []
  const asked: number[] = []
  const world = { source: (async () => issuer.jwks()) as KeySource }
  const keys = createKeySet({
    issuer: issuer.issuer,
    source: (signal) => {
      asked.push(clock.monotonic())
      return world.source(signal)
    },
    timing: { refreshAfter: 10 * minute, staleIfError: hour, cooldown: 30_000, timeout: 5000 },
    clock,
    announce: (event) => void events.push(event),
  })
  const failWith = (fault: unknown): void => {
    world.source = () => Promise.reject(fault)
  }
  return { clock, issuer, events, asked, world, keys, failWith }
}
const refusalOf = (outcome: VerificationKey | Refusal): Refusal => {
  if (isRefusal(outcome)) return outcome
  throw new Error('expected a refusal')
}
const faultOf = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => Promise.reject(new Error('expected a rejection')),
    (fault: Error) => fault,
  )

describe('rule 7: refusals say what was expected, what came and what to change', () => {
  it('no keys, because fetching them failed', async () => {
    const { keys, failWith } = await setUp()
    failWith(new Error('refused'))
    const { message } = refusalOf(await keys.find({ algorithm: 'ES256', keyId: 'k' }))
    expect(message).toMatch(advice)
    expect(message).toMatch(/usable keys of https:\/\/issuer\.test, .* failed; .* jwksUri$/)
  })

  it('no keys, because nobody asked for a while', async () => {
    const { keys, clock } = await setUp()
    await keys.refresh()
    clock.advance(21 * minute)
    expect(keys.check(clock.monotonic())?.message).toBe(
      'the keys of https://issuer.test are old and being fetched anew; ' +
        'the next call will find them',
    )
  })
})

describe('rule 7: events say what happened, once', () => {
  it('a first load without complaints is no news, a rotation is', async () => {
    const { keys, issuer, events } = await setUp()
    await keys.refresh()
    expect(events).toEqual([])
    await issuer.rotate({ keepOld: true })
    await keys.refresh()
    await keys.refresh()
    expect(events).toEqual([
      { event: 'keys_loaded', issuer: 'https://issuer.test', message: '2 usable keys' },
    ])
  })

  it('five refused keys are named, the rest is not', async () => {
    const { keys, issuer, events, world } = await setUp()
    world.source = async () => ({ keys: [...issuer.jwks().keys, 1, 2, 3, 4, 5, 6] })
    await keys.refresh()
    const reasons = [1, 2, 3, 4, 5].map((index) => `keys[${index}]: it is no JSON object`)
    expect(events).toMatchObject([{ message: `1 usable keys (refused: ${reasons.join('; ')})` }])
  })

  it('what a source throws is told in words, and kept as the cause', async () => {
    const { keys, events, failWith } = await setUp()
    const beneath = new Error('ENOENT')
    failWith(beneath)
    const fault = await faultOf(keys.refresh())
    expect(fault.message).toBe('keys of https://issuer.test unavailable: ENOENT')
    expect(fault.cause).toBe(beneath)
    failWith('no error at all')
    expect((await faultOf(keys.refresh())).message).toContain('unavailable: unknown fault')
    expect(events.map(({ message }) => message)).toEqual(['ENOENT', 'unknown fault'])
  })
})

describe('close()', () => {
  it('says that it was closed, to those who wait and to those who come later', async () => {
    const { keys, world, events } = await setUp()
    world.source = () => new Promise(() => undefined)
    const waiting = faultOf(keys.refresh())
    keys.close()
    expect((await waiting).message).toContain('unavailable: closed')
    expect((await faultOf(keys.refresh())).message).toContain('unavailable: closed')
    expect(events).toEqual([])
  })
})

describe('a key for another algorithm is another key', () => {
  it('rule 5: the same RSA key that changes from RS256 to PS256 is no longer held', async () => {
    const { keys, world } = await setUp()
    const rsa = await createTestIssuer({ algorithm: 'RS256' })
    const [jwk] = rsa.jwks().keys
    const serve = (alg: string): void => {
      world.source = async () => ({ keys: [{ ...jwk, alg }] })
    }
    serve('RS256')
    const key = (await keys.find({ algorithm: 'RS256', keyId: jwk?.kid })) as VerificationKey
    expect(keys.holds(key)).toBe(true)
    serve('PS256')
    await keys.refresh()
    expect(keys.holds(key)).toBe(false)
  })
})

describe('findAnew: for keys that only a signature tells apart', () => {
  const hint = { algorithm: 'ES256', keyId: undefined } as const

  it('fetches once the cool-down is over, and answers with the newer key', async () => {
    const { keys, issuer, clock, asked } = await setUp()
    const old = (await keys.find(hint)) as VerificationKey
    await issuer.rotate()
    expect(await keys.findAnew(hint)).toBe(old)
    clock.advance(30_000)
    const newer = (await keys.findAnew(hint)) as VerificationKey
    expect(newer.keyId).toBe(issuer.jwks().keys[0]?.kid)
    expect(newer.keyId).not.toBe(old.keyId)
    expect(asked).toEqual([0, 30_000])
  })

  it('rule 1: refuses while the last attempt failed, although a key is there', async () => {
    const { keys, clock, failWith } = await setUp()
    await keys.refresh()
    failWith(new Error('refused'))
    clock.advance(30_000)
    expect(refusalOf(await keys.findAnew(hint)).cause).toBe('key_set_unavailable')
    expect(isRefusal(await keys.find(hint))).toBe(false)
  })
})

describe('a refresh behind the back', () => {
  it('starts as soon as the cool-down after a failure is over, not a moment later', async () => {
    const { keys, clock, asked, failWith } = await setUp()
    await keys.refresh()
    failWith(new Error('refused'))
    clock.advance(11 * minute)
    await faultOf(keys.refresh())
    clock.advance(29_999)
    keys.check(clock.monotonic())
    expect(asked).toEqual([0, 11 * minute])
    clock.advance(1)
    keys.check(clock.monotonic())
    expect(asked).toEqual([0, 11 * minute, 11 * minute + 30_000])
    await keys.settle()
  })
})

describe('row 46: a flood of unknown ids', () => {
  const unknown = { algorithm: 'ES256', keyId: 'unknown' } as const

  it('waits for a fetch up to a thousand; who comes then is told to come again', async () => {
    const { keys, clock, issuer, world } = await setUp()
    await keys.refresh()
    for (let round = 0; round < 2; round += 1) {
      let open = (): void => undefined
      const gate = new Promise<void>((resolve) => {
        open = resolve
      })
      world.source = () => gate.then(() => issuer.jwks())
      clock.advance(30_000)
      const waiting = Array.from({ length: 1000 }, () => keys.find(unknown))
      expect(refusalOf(await keys.find(unknown)).cause).toBe('key_set_unavailable')
      open()
      const causes = (await Promise.all(waiting)).map((outcome) => refusalOf(outcome).cause)
      expect(new Set(causes)).toEqual(new Set(['key_unknown']))
    }
  })
})
