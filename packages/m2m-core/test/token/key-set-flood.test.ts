import { describe, expect, it, onTestFinished } from 'vitest'
import { createM2M } from '../../src/m2m/create-m2m.js'
import type { Verdict } from '../../src/pipeline/verdict.js'
import { hang, keySetFaults, named } from './key-set-faults.js'
import { createKeySetWorld, type KeySetWorld } from './key-set-world.js'

const cooldown = 30
const longestPause = 120
/** How often the flood comes, in seconds. */
const every = 5
const untilTenMinutes = 600 / every

/** An M2M that has met one service, and strangers to flood it with. */
const setUp = async () => {
  const world = await createKeySetWorld()
  const { issuer, clock, jwksUri, fetch } = world
  const m2m = createM2M({
    issuer: issuer.issuer,
    audience: issuer.audience,
    jwksUri,
    fetch,
    clock,
    audit: { sinks: [] },
  })
  onTestFinished(() => m2m.close())
  const mint = (kid?: string) =>
    issuer.service({ expiresIn: 6 * 3600, ...(kid && { header: { kid } }) })
  const present = (token: string): Verdict | Promise<Verdict> =>
    m2m.authenticate({ headers: { authorization: `Bearer ${token}` } })
  const ask = async (token: string): Promise<string> => {
    const verdict = await present(token)
    return verdict.admitted ? 'admitted' : `${verdict.reply.status} ${verdict.code}`
  }
  const warm = await mint()
  await ask(warm)
  // By the first key, whatever is rotated later.
  const unseen = await Promise.all(Array.from({ length: 150 }, () => mint()))
  const strangers = await Promise.all(Array.from({ length: 10 }, (_, index) => mint(`no-${index}`)))
  const pass = (seconds: number): void => clock.advance(seconds * 1000)

  /** One wave; what it may not do is hurt those whose keys are known. */
  const flood = async (): Promise<ReadonlySet<string>> => {
    const answers = strangers.map(ask)
    expect(present(warm)).toMatchObject({ admitted: true })
    expect(await ask(unseen.pop() ?? '')).toBe('admitted')
    return new Set(await Promise.all(answers))
  }
  return { ...world, mint, ask, pass, flood, strangers }
}

/** The pauses between fetches, in seconds. */
const pausesOf = ({ fetchedAt }: KeySetWorld): readonly number[] =>
  fetchedAt.slice(1).map((at, index) => at - (fetchedAt[index] ?? 0))

const outages = [
  ...named(
    keySetFaults.filter(({ name }) =>
      ['status 500', '{"keys":[]}', 'a connection that is reset', 'no answer at all'].includes(
        name,
      ),
    ),
  ),
  ['a server that is not there', undefined] as const,
]

describe('row 46: a flood of unknown ids for 10 min', () => {
  it('makes one fetch per cool-down while the key set is well, and all are 401', async () => {
    const world = await setUp()
    world.pass(cooldown)
    for (let wave = 0; wave < untilTenMinutes; wave += 1) {
      expect(await world.flood()).toEqual(new Set(['401 invalid_token']))
      world.pass(every)
    }
    expect(pausesOf(world)).toEqual(Array(600 / cooldown).fill(cooldown))
    expect(world.requests()).toHaveLength(1 + 600 / cooldown)
  })

  it.each(outages)('backs off and answers 503 with %s', async (_name, fault) => {
    const world = await setUp()
    world.pass(cooldown)
    if (fault) world.suffer(fault)
    else await world.unplug()
    for (let wave = 0; wave < untilTenMinutes; wave += 1) {
      expect(await world.flood()).toEqual(new Set(['503 authorization_unavailable']))
      world.pass(every)
    }
    expect(pausesOf(world)).toEqual([30, 30, 60, 120, 120, 120, 120])
  })

  it('picks up a rotation within one cool-down', async () => {
    const { issuer, mint, ask, pass, flood } = await setUp()
    pass(cooldown)
    await flood()
    await issuer.rotate({ keepOld: true })
    const next = await mint()
    for (let waited = 0; waited < cooldown; waited += every) {
      expect(await ask(next)).toBe('401 invalid_token')
      await flood()
      pass(every)
    }
    expect(await ask(next)).toBe('admitted')
  })

  it.each(outages)(
    'with %s does not hide that the server is well again and has a new key',
    async (_name, fault) => {
      const world = await setUp()
      const { issuer, mint, ask, pass, flood } = world
      if (fault) world.suffer(fault)
      else await world.unplug()
      for (let waited = 0; waited < 300; waited += every) {
        pass(every)
        await flood()
      }
      await issuer.rotate({ keepOld: true })
      await world.heal()
      const next = await mint()
      let waited = 0
      while (waited < longestPause && (await ask(next)) !== 'admitted') {
        pass(every)
        await flood()
        waited += every
      }
      expect(await ask(next)).toBe('admitted')
      expect(await flood()).toEqual(new Set(['401 invalid_token']))
    },
  )

  it.each([
    ['well', undefined, '401 invalid_token'],
    ['hanging', hang, '503 authorization_unavailable'],
  ] as const)(
    '500 at one moment share one fetch of a server that is %s',
    async (_name, answer, told) => {
      const world = await setUp()
      const tokens = await Promise.all(
        Array.from({ length: 500 }, (_, index) => world.mint(`one-of-many-${index}`)),
      )
      if (answer) world.suffer({ answer, isEndless: true })
      world.pass(cooldown)
      const answers = await Promise.all(tokens.map(world.ask))
      expect(new Set(answers)).toEqual(new Set([told]))
      expect(world.fetchedAt).toEqual([0, cooldown])
    },
  )
})
