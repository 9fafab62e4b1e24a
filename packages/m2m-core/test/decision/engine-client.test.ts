import { describe, expect, it } from 'vitest'
import { engineWorld, scriptedEngine } from './engine-world.js'

const tenMegabytes = 'a'.repeat(10_000_000)
const lies: readonly (readonly [what: string, answer: () => unknown])[] = [
  ['the text "true"', () => ({ decision: 'true' })],
  ['the number 1', () => ({ decision: 1 })],
  ['a list with true', () => ({ decision: [true] })],
  ['a boxed true', () => ({ decision: Object(true) })],
  ['null as decision', () => ({ decision: null })],
  ['no decision', () => ({})],
  ['another name for it', () => ({ allow: true, allowed: true, result: true })],
  ['true itself', () => true],
  ['a list', () => [{ decision: true }]],
  ['nothing', () => undefined],
  ['null', () => null],
  ['a function', () => () => ({ decision: true })],
  ['10 MB of text', () => tenMegabytes],
  ['10 MB as decision', () => ({ decision: tenMegabytes })],
  ['10 MB of context', () => ({ decision: true, context: { reason: tenMegabytes } })],
  ['a context that is text', () => ({ decision: true, context: 'because' })],
  ['a context without JSON', () => ({ decision: true, context: { count: 1n } })],
  [
    'a decision that throws',
    () => ({
      get decision() {
        throw new Error('lazy')
      },
    }),
  ],
  [
    'an error',
    () => {
      throw new Error('down')
    },
  ],
  [
    'what is no error',
    () => {
      throw { decision: true }
    },
  ],
  ['a rejection', () => Promise.reject(new Error('down'))],
]

describe('an engine that gives no answer admits nothing', () => {
  it.each(lies)('%s', async (_what, answer) => {
    const { engine, asked } = scriptedEngine(answer)
    const { decideOn } = engineWorld([engine])
    const { admitted, retryAfter, layers } = await decideOn({ ops: ['transfers:create'] })
    expect([admitted, retryAfter]).toEqual([false, 1])
    expect(layers.at(-1)?.answer).toBe('unavailable')
    expect(layers.at(-1)?.note).toMatch(/^[\x20-\x7e]{1,250}$/)
    expect(asked).toHaveLength(1)
  })

  it('one that throws before it returns a promise', async () => {
    const decide = () => {
      throw new Error('down')
    }
    expect(await engineWorld([{ name: 'pdp', decide }]).answer()).toBe('unavailable')
  })

  it('one that hangs: the wait ends, and the engine is told that it has', async () => {
    let signal: AbortSignal | undefined
    const { engine } = scriptedEngine((_request, ends) => {
      signal = ends
      return new Promise(() => undefined)
    })
    const { decideOn } = engineWorld([engine], 5)
    const { admitted, layers } = await decideOn()
    expect(admitted).toBe(false)
    expect(layers.at(-1)?.note).toBe('no answer within 5 ms')
    expect(signal?.aborted).toBe(true)
  })

  it('one that answers too late changes nothing, by an answer or by an error', async () => {
    for (const late of [() => ({ decision: true }), () => Promise.reject(new Error('late'))]) {
      let finish = (): void => undefined
      const { engine } = scriptedEngine(
        () => new Promise((resolve) => (finish = () => resolve(late()))),
        { cacheable: true },
      )
      const { answer } = engineWorld([engine], 5)
      expect(await answer()).toBe('unavailable')
      finish()
      expect(await answer()).toBe('unavailable')
    }
  })

  it('errors are never remembered', async () => {
    const said: unknown[] = [{ decision: 'true' }, { decision: true }]
    const { engine, asked } = scriptedEngine(() => said.shift(), { cacheable: true })
    const { answer } = engineWorld([engine])
    expect([await answer(), await answer()]).toEqual(['unavailable', 'permit'])
    expect(asked).toHaveLength(2)
  })
})

describe('single flight: equal questions under way are one', () => {
  const gate = () => {
    let open = (_answer: unknown): void => undefined
    const opened = new Promise((resolve) => {
      open = resolve
    })
    return { open, opened }
  }

  it('many ask, the engine hears it once, and all get its answer', async () => {
    const { open, opened } = gate()
    const { engine, asked } = scriptedEngine(() => opened)
    const { answer } = engineWorld([engine])
    const resource = { attributes: { a: 1, b: 2 } }
    const turned = { attributes: { b: 2, a: 1 } }
    const all = [answer({ resource }), answer({ resource: turned }), answer({ resource })]
    open({ decision: true })
    expect(await Promise.all(all)).toEqual(['permit', 'permit', 'permit'])
    expect(asked).toHaveLength(1)
  })

  it('the next one asks again, unless answers may be kept', async () => {
    const { engine, asked } = scriptedEngine(() => ({ decision: asked.length === 1 }))
    const { answer } = engineWorld([engine])
    expect([await answer(), await answer(), await answer()]).toEqual(['permit', 'forbid', 'forbid'])
    expect(asked).toHaveLength(3)
  })

  const base = { resource: { id: 'a', attributes: { n: 1 } }, context: { ip: '::1' } }
  it.each<readonly [string, Parameters<ReturnType<typeof engineWorld>['answer']>[0]]>([
    ['service', { ...base, principal: { id: 'webhook' } }],
    ['issuer', { ...base, principal: { issuer: 'https://partner.test' } }],
    ['client', { ...base, principal: { clientId: 'c-2' } }],
    ['tier', { ...base, principal: { tier: 'partner' } }],
    ['registration', { ...base, principal: { registered: true } }],
    ['attributes', { ...base, principal: { attributes: { team: 'a' } } }],
    ['scopes', { ...base, principal: { scopes: [] } }],
    ['operations', { ...base, ops: ['transfers:create'] }],
    ['action', { ...base, operation: 'transfers:read' }],
    ['type', { ...base, operation: 'events:create' }],
    ['resource id', { ...base, resource: { ...base.resource, id: 'b' } }],
    ['resource without id', { ...base, resource: { attributes: { n: 1 } } }],
    ['attribute', { ...base, resource: { id: 'a', attributes: { n: '1' } } }],
    ['context', { ...base, context: { ip: '::2' } }],
    [
      'context for attribute',
      { resource: { id: 'a', attributes: { ip: '::1' } }, context: { n: 1 } },
    ],
  ])('row 43: another %s is another question', async (_what, other) => {
    const { engine, asked } = scriptedEngine(() => ({ decision: true }), { cacheable: true })
    const { answer } = engineWorld([engine])
    await Promise.all([answer(base), answer(other)])
    expect(await answer(base)).toBe('permit, remembered')
    expect(asked).toHaveLength(2)
  })

  it('two engines never share an answer', async () => {
    const one = scriptedEngine(() => ({ decision: true }), { name: 'one', cacheable: true })
    const two = scriptedEngine(() => ({ decision: false }), { name: 'two', cacheable: true })
    const { decideOn } = engineWorld([one.engine, two.engine])
    for (let call = 0; call < 2; call += 1) {
      const { layers } = await decideOn()
      expect(layers.slice(-2).map(({ answer }) => answer)).toEqual(['permit', 'forbid'])
    }
  })
})

describe('rule 5: the decision cache', () => {
  const flipping = (cacheable: boolean | number | undefined) => {
    const { engine, asked } = scriptedEngine(
      () => ({ decision: asked.length % 2 === 1 }),
      cacheable === undefined ? {} : { cacheable },
    )
    return { asked, ...engineWorld([engine]) }
  }

  it.each<readonly [boolean | number | undefined, first: number, last: number]>([
    [true, 59_999, 60_000],
    [30, 29_999, 30_000],
    [3600, 59_999, 60_000],
  ])(
    'cacheable %s: an allow is remembered for %i ms and not for %i',
    async (cacheable, ...ages) => {
      for (const [age, expected] of [
        [ages[0], 'permit, remembered'],
        [ages[1], 'forbid'],
      ] as const) {
        const { answer, clock } = flipping(cacheable)
        expect(await answer()).toBe('permit')
        clock.advance(age)
        expect(await answer()).toBe(expected)
      }
    },
  )

  it.each<readonly [boolean | number, first: number, last: number]>([
    [true, 9999, 10_000],
    [3, 2999, 3000],
  ])('cacheable %s: a deny is remembered for %i ms and not for %i', async (cacheable, ...ages) => {
    for (const [age, expected] of [
      [ages[0], 'forbid, remembered'],
      [ages[1], 'forbid'],
    ] as const) {
      const { engine } = scriptedEngine(() => ({ decision: false }), { cacheable })
      const { answer, clock } = engineWorld([engine])
      expect(await answer()).toBe('forbid')
      clock.advance(age)
      expect(await answer()).toBe(expected)
    }
  })

  it.each([undefined, false])('cacheable %s: nothing is remembered', async (cacheable) => {
    const { answer, asked } = flipping(cacheable)
    expect([await answer(), await answer()]).toEqual(['permit', 'forbid'])
    expect(asked).toHaveLength(2)
  })

  it('what is remembered is a plain value at once', async () => {
    const { ask, answer } = flipping(true)
    await answer()
    expect(ask()).toMatchObject({ admitted: true })
  })

  it('an answer counts from when it was asked for, not from when it came', async () => {
    const { engine } = scriptedEngine(
      () => {
        clock.advance(4000)
        return { decision: false }
      },
      { cacheable: true },
    )
    const { answer, clock } = engineWorld([engine])
    await answer()
    clock.advance(5999)
    expect(await answer()).toBe('forbid, remembered')
    clock.advance(1)
    expect(await answer()).toBe('forbid')
  })

  it('a clock without an answer keeps nothing alive', async () => {
    const { answer, clock } = flipping(true)
    await answer()
    clock.advance(Number.NaN)
    expect(await answer()).toBe('forbid')
  })

  it('invalidate forgets the answers about that service and about no other', async () => {
    const { answer, asked, invalidate } = flipping(true)
    const webhook = { principal: { id: 'webhook' } }
    expect([await answer(), await answer(webhook)]).toEqual(['permit', 'forbid'])
    invalidate('billing')
    expect(await answer(webhook)).toBe('forbid, remembered')
    expect(await answer()).toBe('permit')
    expect(asked).toHaveLength(3)
  })

  it('what was asked before invalidate reaches neither the cache nor those who come after', async () => {
    const waiting: ((answer: unknown) => void)[] = []
    const { engine, asked } = scriptedEngine(
      () => new Promise((resolve) => waiting.push(resolve)),
      {
        cacheable: true,
      },
    )
    const { answer, invalidate } = engineWorld([engine])
    const early = answer()
    await Promise.resolve()
    invalidate('billing')
    const late = answer()
    await Promise.resolve()
    expect(waiting).toHaveLength(2)
    waiting[1]?.({ decision: false })
    expect(await late).toBe('forbid')
    waiting[0]?.({ decision: true })
    expect(await early).toBe('permit')
    expect(await answer()).toBe('forbid, remembered')
    expect(asked).toHaveLength(2)
  })

  it('keeps 10 000 answers, the least used go first', async () => {
    const { engine, asked } = scriptedEngine(() => ({ decision: true }), { cacheable: true })
    const { answer } = engineWorld([engine])
    const nth = (n: number) => answer({ resource: { id: `${n}` } })
    for (let n = 0; n <= 10_000; n += 1) await nth(n)
    expect(asked).toHaveLength(10_001)
    expect(await nth(1)).toBe('permit, remembered')
    expect(await nth(0)).toBe('permit')
  })
})

describe('the circuit breaker', () => {
  const failing = () => {
    const health = { isUp: false }
    const { engine, asked } = scriptedEngine(() => {
      if (!health.isUp) throw new Error('down')
      return { decision: true }
    })
    const world = engineWorld([engine])
    const ask = async (times: number): Promise<void> => {
      for (let call = 0; call < times; call += 1) await world.answer()
    }
    return { ...world, ask, asked, health }
  }

  it('opens after five failures in a row, and spares the engine', async () => {
    const { announced, answer, ask, asked } = failing()
    await ask(4)
    expect(announced).toEqual([])
    await ask(1)
    expect(announced).toEqual(['engine_unavailable'])
    expect(await answer()).toBe('unavailable')
    await ask(10)
    expect(asked).toHaveLength(5)
  })

  it('four failures and a success are no five', async () => {
    const { ask, asked, health } = failing()
    for (let round = 0; round < 3; round += 1) {
      await ask(4)
      health.isUp = true
      await ask(1)
      health.isUp = false
    }
    expect(asked).toHaveLength(15)
  })

  it('lets one try after a second, and closes when that succeeds', async () => {
    const { announced, answer, ask, asked, clock, health } = failing()
    await ask(5)
    health.isUp = true
    clock.advance(999)
    expect(await answer()).toBe('unavailable')
    clock.advance(1)
    expect(await Promise.all([answer(), answer({ resource: { id: 'x' } })])).toEqual([
      'permit',
      'unavailable',
    ])
    expect(asked).toHaveLength(6)
    expect(await answer({ resource: { id: 'x' } })).toBe('permit')
    expect(announced).toEqual(['engine_unavailable', 'engine_available'])
    health.isUp = false
    await ask(4)
    expect(announced).toHaveLength(2)
  })

  it('doubles its pause up to 30 s while trials fail', async () => {
    const { ask, asked, clock, decideOn } = failing()
    await ask(5)
    for (const seconds of [1, 2, 4, 8, 16, 30, 30]) {
      const { retryAfter } = await decideOn()
      expect(retryAfter).toBe(seconds)
      const before = asked.length
      clock.advance(seconds * 1000 - 1)
      await ask(1)
      expect(asked).toHaveLength(before)
      clock.advance(1)
      await ask(1)
      expect(asked).toHaveLength(before + 1)
    }
  })

  it('starts with a second again once it has been closed', async () => {
    const { ask, clock, decideOn, health } = failing()
    await ask(5)
    clock.advance(1000)
    await ask(1)
    clock.advance(2000)
    health.isUp = true
    await ask(1)
    health.isUp = false
    await ask(5)
    expect((await decideOn()).retryAfter).toBe(1)
  })

  it('failures that were under way when it opened do not prolong its pause', async () => {
    const { announced, answer, asked, clock, health } = failing()
    const ids = Array.from({ length: 20 }, (_, index) => `${index}`)
    await Promise.all(ids.map((id) => answer({ resource: { id } })))
    expect(asked).toHaveLength(20)
    expect(announced).toEqual(['engine_unavailable'])
    clock.advance(1000)
    health.isUp = true
    expect(await answer()).toBe('permit')
  })

  it('what is remembered is still given while it is open', async () => {
    let isUp = true
    const { engine } = scriptedEngine(
      () => {
        if (!isUp) throw new Error('down')
        return { decision: true }
      },
      { cacheable: true },
    )
    const { answer } = engineWorld([engine])
    await answer()
    isUp = false
    for (let n = 0; n < 6; n += 1) await answer({ resource: { id: `${n}` } })
    expect(await answer()).toBe('permit, remembered')
  })

  it('a clock without an answer lets nobody try', async () => {
    const { ask, asked, clock } = failing()
    await ask(5)
    clock.advance(Number.NaN)
    await ask(3)
    expect(asked).toHaveLength(5)
  })

  it('is of one engine: another one is asked as ever', async () => {
    const bad = scriptedEngine(() => ({}), { name: 'bad' })
    const good = scriptedEngine(() => ({ decision: true }), { name: 'good' })
    const { answer } = engineWorld([bad.engine, good.engine])
    for (let call = 0; call < 7; call += 1) await answer()
    expect([bad.asked.length, good.asked.length]).toEqual([5, 7])
  })
})
