import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isRefusal } from '../../src/errors/refusal.js'
import type { KeyHint } from '../../src/token/check-header.js'
import { createKeySet, type KeySetEvent } from '../../src/token/key-set.js'
import { createKeySource } from '../../src/token/key-source.js'
import { badKeys } from './bad-keys.js'
import { hugeSize, keySetFaults, listOf, named, send, sendHuge, status } from './key-set-faults.js'
import { createKeySetWorld, type KeySetWorld } from './key-set-world.js'
import { startMisbehavingServer } from './misbehaving-server.js'

const second = 1000
const minute = 60 * second
const cooldown = 30 * second

/** A key set on a real server, with the defaults but for a time-out that can be shortened. */
const setUp = async () => {
  const world = await createKeySetWorld()
  const { issuer, clock, jwksUri, fetch } = world
  const timing = {
    refreshAfter: 10 * minute,
    staleIfError: 60 * minute,
    cooldown,
    timeout: 15 * second,
  }
  const events: KeySetEvent[] = []
  const keys = createKeySet({
    issuer: issuer.issuer,
    source: createKeySource({ issuer: issuer.issuer, jwksUri, fetch }),
    timing,
    clock,
    announce: (event) => void events.push(event),
  })
  const ask = async (keyId: string | undefined): Promise<string | undefined> => {
    const hint: KeyHint = { algorithm: 'ES256', keyId }
    const found = await keys.find(hint)
    return isRefusal(found) ? found.cause : found.keyId
  }
  return { ...world, keys, timing, events, ask }
}

/** What `node --expose-gc` would put at hand. */
const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
}

/**
 * The client asked at these times, and the server was asked for nothing but the key set. How often
 * the server was asked says nothing: a time-out may fire before a request arrives.
 */
const expectAttempts = ({ fetchedAt, requests }: KeySetWorld, at: readonly number[]): void => {
  expect(fetchedAt).toEqual(at.map((milliseconds) => milliseconds / 1000))
  expect(new Set(requests())).toEqual(new Set(['/jwks']))
}

const currentId = ({ issuer }: KeySetWorld): string => issuer.jwks().keys[0]?.kid ?? ''

describe('row 48: before there was ever a good set', () => {
  it.each(named(keySetFaults))('%s is an outage, is announced, and heals', async (_name, fault) => {
    const world = await setUp()
    const { keys, clock, timing, events, ask } = world
    const keyId = currentId(world)
    world.answerWith(fault.answer)
    if (fault.isEndless) timing.timeout = 100
    expect(await keys.find({ algorithm: 'ES256', keyId })).toMatchObject({
      code: 'authorization_unavailable',
      retryAfter: 30,
    })
    await world.heal()
    timing.timeout = 15 * second
    expect(events).toMatchObject([
      { event: 'keys_unavailable', message: expect.stringContaining(fault.expected) },
    ])
    expect(await ask(keyId)).toBe('key_set_unavailable')
    clock.advance(cooldown)
    expect(await ask(keyId)).toBe(keyId)
    expectAttempts(world, [0, cooldown])
  })
})

describe('row 47: once there was a good set', () => {
  it.each(named(keySetFaults))('%s changes nothing but for unknown ids', async (_name, fault) => {
    const world = await setUp()
    const { keys, clock, timing, events, ask } = world
    const keyId = currentId(world)
    await keys.refresh()
    const { generation } = keys
    world.answerWith(fault.answer)
    if (fault.isEndless) timing.timeout = 100
    clock.advance(cooldown)
    expect(await ask('unknown')).toBe('key_set_unavailable')
    expect(keys.find({ algorithm: 'ES256', keyId })).toMatchObject({ keyId })
    expect(keys.generation).toBe(generation)
    expect(events).toMatchObject([
      { event: 'keys_unavailable', message: expect.stringContaining(fault.expected) },
    ])
    expectAttempts(world, [0, cooldown])
  })
})

describe('row 47: the time-out', () => {
  it('fires although garbage is collected while the server hangs', async () => {
    const world = await setUp()
    const asked = new Promise<void>((resolve) => world.answerWith(() => resolve()))
    world.timing.timeout = 1000
    const refreshing = expect(world.keys.refresh()).rejects.toThrow('timed out')
    await Promise.race([asked, refreshing])
    for (let round = 0; round < 3; round += 1) {
      collectGarbage()
      await setImmediate()
    }
    await refreshing
  })
})

describe('rule 6: redirects', () => {
  it.each([301, 302, 303, 307, 308])(
    '%i: another server with good keys is never asked',
    async (code) => {
      const world = await setUp()
      const other = await startMisbehavingServer((_request, response) => {
        response.end(JSON.stringify(world.issuer.jwks()))
      })
      onTestFinished(() => other.close())
      world.answerWith(status(code, { location: `${other.url}/jwks` }))
      await expect(world.keys.refresh()).rejects.toThrow(`got ${code}`)
      expect(other.requests).toEqual([])
      expect(world.requests()).toEqual(['/jwks'])
    },
  )
})

describe('rule 6: at most 512 KiB of a body are read', () => {
  it('131 MB are cut off early, and memory does not grow by them', async () => {
    const world = await setUp()
    const before = process.memoryUsage().rss
    const sent = new Promise<number>((resolve) => {
      world.answerWith((request, response, good) => {
        const { socket } = request
        socket.once('close', () => resolve(socket.bytesWritten))
        sendHuge(request, response, good)
      })
    })
    await expect(world.keys.refresh()).rejects.toThrow('exceeds 524288 bytes')
    const grown = process.memoryUsage().rss - before
    // Beside the 512 KiB there is what the sockets of both sides hold.
    expect(await sent).toBeLessThan(hugeSize / 8)
    expect(await sent).toBeGreaterThan(512 * 1024)
    expect(grown).toBeLessThan(hugeSize / 2)
  })

  it('a gzip bomb does not make memory grow by what it inflates to', async () => {
    const world = await setUp()
    const bomb = keySetFaults.find(({ name }) => name === 'a gzip bomb')
    if (bomb) world.answerWith(bomb.answer)
    const before = process.memoryUsage().rss
    await expect(world.keys.refresh()).rejects.toThrow('exceeds 524288 bytes')
    expect(process.memoryUsage().rss - before).toBeLessThan(hugeSize / 2)
  })
})

describe('rows 10 and 47: good keys beside bad ones', () => {
  it.each(named(badKeys))(
    'beside %s they work, and its refusal is announced',
    async (_name, bad) => {
      const world = await setUp()
      const { keys, events, ask } = world
      world.answerWith(send((good) => listOf([...bad.jwks, ...good.keys])))
      await keys.refresh()
      expect(await ask(currentId(world))).toBe(currentId(world))
      expect(await ask('bad')).toBe('key_unknown')
      expect(events).toMatchObject([{ event: 'keys_loaded' }])
      expect(events[0]?.message).toMatch(/^1 usable keys \(refused: keys\[0\]: /)
      expect(events[0]?.message).toContain(bad.expected)
    },
  )

  it('a set that turns partly bad keeps the good keys and drops the others', async () => {
    const world = await setUp()
    const { issuer, keys, ask } = world
    await issuer.rotate({ keepOld: true })
    const [first, other] = issuer.jwks().keys.map(({ kid }) => kid)
    await keys.refresh()
    world.answerWith(
      send((good) => listOf(good.keys.map((key, index) => (index === 0 ? key : 'null')))),
    )
    await keys.refresh()
    expect(await ask(first)).toBe(first)
    expect(await ask(other)).toBe('key_unknown')
  })
})

describe('what is odd and yet a key set', () => {
  it.each([
    ['the content type of a page', { 'content-type': 'text/html' }],
    ['no content type', {}],
    ['another character set', { 'content-type': 'application/json; charset=iso-8859-1' }],
  ])('%s: only the body counts', async (_what, headers) => {
    const world = await setUp()
    world.answerWith(send(({ text }) => text, headers))
    expect(await world.ask(currentId(world))).toBe(currentId(world))
  })

  it('a compressed body is read', async () => {
    const world = await setUp()
    world.answerWith(send(({ text }) => gzipSync(text), { 'content-encoding': 'gzip' }))
    expect(await world.ask(currentId(world))).toBe(currentId(world))
  })

  it('a byte order mark is skipped', async () => {
    const world = await setUp()
    world.answerWith(send(({ text }) => `\ufeff${text}`))
    expect(await world.ask(currentId(world))).toBe(currentId(world))
  })

  it('invalid UTF-8 inside one key does no harm to the others', async () => {
    const world = await setUp()
    const broken = Buffer.concat([Buffer.from('{"kty":"'), Buffer.of(0xff), Buffer.from('"}')])
    world.answerWith(
      send(({ keys }) =>
        Buffer.concat([Buffer.from(`{"keys":[${keys},`), broken, Buffer.from(']}')]),
      ),
    )
    expect(await world.ask(currentId(world))).toBe(currentId(world))
    expect(world.events[0]?.message).toContain('keys[1]')
  })

  it('members of 100 000 levels that nobody reads, and named like prototypes, are ignored', async () => {
    const world = await setUp()
    const odd = `"x":${'['.repeat(100_000)}${']'.repeat(100_000)},"__proto__":{"keys":[]}`
    world.answerWith(send(({ keys: [good = ''] }) => `{${odd},"keys":[{${odd},${good.slice(1)}]}`))
    expect(await world.ask(currentId(world))).toBe(currentId(world))
    expect(Object.keys(Object.prototype)).toEqual([])
    expect(({} as { keys?: unknown }).keys).toBeUndefined()
  })
})

describe('discovery', () => {
  it('that hangs: the time-out is one for all steps', async () => {
    const server = await startMisbehavingServer(() => undefined)
    onTestFinished(() => server.close())
    const { url: issuer } = server
    const { clock } = await createKeySetWorld()
    const keys = createKeySet({
      issuer,
      source: createKeySource({ issuer, jwksUri: undefined, fetch: globalThis.fetch }),
      timing: { refreshAfter: minute, staleIfError: minute, cooldown, timeout: 200 },
      clock,
      announce: () => undefined,
    })
    await expect(keys.refresh()).rejects.toThrow('timed out')
  })
})

describe('bad TLS', () => {
  it('a server that speaks none is an outage', async () => {
    const server = await startMisbehavingServer((_request, response) => response.end('{"keys":[]}'))
    onTestFinished(() => server.close())
    const jwksUri = server.url.replace('http:', 'https:')
    const world = await createKeySetWorld()
    const keys = createKeySet({
      issuer: world.issuer.issuer,
      source: createKeySource({ issuer: world.issuer.issuer, jwksUri, fetch: globalThis.fetch }),
      timing: { refreshAfter: minute, staleIfError: minute, cooldown, timeout: 15 * second },
      clock: world.clock,
      announce: () => undefined,
    })
    await expect(keys.refresh()).rejects.toThrow('no answer from')
    expect(server.requests).toEqual([])
  })
})
