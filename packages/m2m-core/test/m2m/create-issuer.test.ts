import { createTestIssuer } from 'm2m-testkit'
import { describe, expect, it } from 'vitest'
import { createM2M } from '../../src/m2m/create-m2m.js'
import { inShort, memorySink, requestWith } from './fixture.js'

/** An M2M whose clock is turned by hand. */
const setUpWithClock = async (isStatic: boolean) => {
  let elapsed = 0
  const clock = { now: () => 1_800_000_000_000 + elapsed, monotonic: () => elapsed }
  const issuer = await createTestIssuer({ now: clock.now })
  const sink = memorySink()
  const source = isStatic ? issuer.asStaticOptions() : issuer.asOptions()
  const m2m = createM2M({ ...source, clock, audit: { sinks: [sink] } })
  const advance = (minutes: number) => {
    elapsed += minutes * 60_000
  }
  return { advance, issuer, m2m, sink }
}

describe('an issuer put together (cooldown 30 s, stale 1 h)', () => {
  it('keys that are given never age', async () => {
    const { advance, issuer, m2m } = await setUpWithClock(true)
    expect(await inShort(m2m.authenticate(requestWith(await issuer.service())))).toBe('admitted')
    advance(60 * 24 * 365)
    expect(await inShort(m2m.authenticate(requestWith(await issuer.service())))).toBe('admitted')
    expect(issuer.requests).toEqual([])
  })

  it('keys that are fetched end 1 h after the last success', async () => {
    const { advance, issuer, m2m } = await setUpWithClock(false)
    await m2m.ready()
    issuer.fail('html')
    advance(59)
    expect(await inShort(m2m.authenticate(requestWith(await issuer.service())))).toBe('admitted')
    advance(2)
    expect(await inShort(m2m.authenticate(requestWith(await issuer.service())))).toBe(
      '503 authorization_unavailable',
    )
  })

  it('threat row 46: a flood of unknown keys makes at most one fetch per cooldown', async () => {
    const { advance, issuer, m2m } = await setUpWithClock(false)
    await m2m.ready()
    advance(1)
    const fetches = () => issuer.requests.filter((path) => !path.includes('.well-known')).length
    const before = fetches()
    const tokens = await Promise.all(Array.from({ length: 50 }, () => issuer.unknownKey()))
    for (const token of tokens) {
      expect(await inShort(m2m.authenticate(requestWith(token)))).toBe('401 invalid_token')
    }
    expect(fetches()).toBe(before + 1)
  })

  it('an outage and its end are announced with the issuer', async () => {
    const { advance, issuer, m2m, sink } = await setUpWithClock(false)
    await m2m.ready()
    issuer.fail('network')
    await m2m.refresh().catch(() => undefined)
    issuer.heal()
    advance(5)
    await m2m.refresh()
    expect(sink.notices.map(({ level, event }) => [level, event])).toEqual([
      ['warn', 'keys_unavailable'],
      ['info', 'keys_loaded'],
    ])
    for (const { message } of sink.notices) expect(message).toContain('https://issuer.test')
  })
})
