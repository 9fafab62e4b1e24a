import { describe, expect, it } from 'vitest'
import { explainDecision } from '../../src/decision/explain.js'
import { isRefusal } from '../../src/errors/refusal.js'
import { engineWorld, scriptedEngine } from './engine-world.js'

const yes = () => ({ decision: true })
const no = () => ({ decision: false })
const never = () => new Promise(() => undefined)

describe('rule 2: an engine is a layer like any other', () => {
  it('alone is enough to permit: no claim, no policy', async () => {
    const { decideOn } = engineWorld([scriptedEngine(yes).engine])
    const { admitted, layers } = await decideOn()
    expect(admitted).toBe(true)
    expect(layers.map(({ layer, answer }) => `${layer} ${answer}`)).toEqual([
      'token abstain',
      'policy abstain',
      'engine:pdp permit',
    ])
  })

  it('what it does not permit is forbidden, whatever the token grants', async () => {
    const { decideOn } = engineWorld([scriptedEngine(no).engine])
    expect((await decideOn({ ops: ['transfers:create'] })).admitted).toBe(false)
  })

  it('never overcomes a layer that forbids, and is not even asked', async () => {
    const { engine, asked } = scriptedEngine(yes)
    const { ask, decideOn } = engineWorld([engine])
    expect(ask({ ops: ['transfers:read'] })).not.toBeInstanceOf(Promise)
    const { admitted, layers } = await decideOn({ ops: ['transfers:read'] })
    expect(admitted).toBe(false)
    expect(layers.at(-1)).toMatchObject({
      layer: 'engine:pdp',
      answer: 'abstain',
      note: 'not asked',
    })
    expect(asked).toHaveLength(0)
  })

  it.each<readonly [string, readonly (() => unknown)[], admitted: boolean, retryAfter: boolean]>([
    ['both permit', [yes, yes], true, false],
    ['one forbids', [yes, no], false, false],
    ['the other forbids', [no, yes], false, false],
    ['one is silent', [yes, never], false, true],
    ['one is silent, one forbids', [never, no], false, false],
    ['all are silent', [never, never], false, true],
  ])('with two engines, %s', async (_what, answers, admitted, isUnavailable) => {
    const engines = answers.map((answer, index) => scriptedEngine(answer, { name: `pdp-${index}` }))
    const { decideOn } = engineWorld(
      engines.map(({ engine }) => engine),
      5,
    )
    const decision = await decideOn()
    expect(decision.admitted).toBe(admitted)
    expect(decision.retryAfter !== undefined).toBe(isUnavailable)
    expect(engines.map(({ asked }) => asked.length)).toEqual([1, 1])
  })

  it('explanations have its answer and its reason, and say what was remembered', async () => {
    const answer = () => ({ decision: true, context: { reason: 'policy 7 \u202e' } })
    const { decideOn } = engineWorld([scriptedEngine(answer, { cacheable: true }).engine])
    const textOf = async () => explainDecision('transfers:create', await decideOn()).text
    expect(await textOf()).toContain('\n  engine:pdp: permit [policy 7 \\u202e]')
    expect(await textOf()).toMatch(/engine:pdp: permit \[policy 7 .*\] \[remembered\]$/)
    const silent = engineWorld([scriptedEngine(() => ({})).engine])
    expect(explainDecision('transfers:create', await silent.decideOn()).text).toMatch(
      /refused\n(.*\n)*.*engine:pdp: unavailable \[it answered with the decision nothing\]$/,
    )
  })
})

describe('what an engine is asked', () => {
  it('one question in the words of AuthZEN', async () => {
    const { engine, asked } = scriptedEngine(yes)
    await engineWorld([engine]).decideOn({
      principal: {
        tier: 'internal',
        attributes: { team: 'money', issuer: 'forged' },
        registered: true,
      },
      operation: 'transfers:sub:create',
      resource: { id: 't-1', attributes: { amount: 5 } },
      context: { ip: '10.0.0.1' },
      ops: ['transfers:sub:create'],
    })
    expect(asked).toEqual([
      {
        subject: {
          type: 'service',
          id: 'billing',
          properties: {
            team: 'money',
            issuer: 'https://issuer.test',
            clientId: 'billing',
            tier: 'internal',
            registered: true,
            scopes: ['s2s:internal'],
            allowedOps: ['transfers:sub:create'],
          },
        },
        action: { name: 'create' },
        resource: { type: 'transfers:sub', id: 't-1', properties: { amount: 5 } },
        context: { ip: '10.0.0.1' },
      },
    ])
  })

  it('nothing of the token, not even its id', async () => {
    const { engine, asked } = scriptedEngine(yes)
    const token = { jti: 'secret-jti', expiresAt: 4_000_000_000 }
    await engineWorld([engine]).decideOn({ principal: { token } })
    expect(JSON.stringify(asked)).not.toMatch(/secret-jti|expiresAt|evidence/)
  })

  it('a copy: what one engine does to it reaches neither the API nor another engine', async () => {
    const attributes = { limits: { amount: 5 } }
    const vandal = scriptedEngine((request) => {
      ;(request.resource.properties['limits'] as { amount: number }).amount = 0
      return { decision: true }
    })
    const other = scriptedEngine(yes, { name: 'other' })
    await engineWorld([vandal.engine, other.engine]).decideOn({ resource: { attributes } })
    expect(attributes).toEqual({ limits: { amount: 5 } })
    expect(other.asked[0]?.resource.properties).toEqual({ limits: { amount: 5 } })
  })

  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  const deep = JSON.parse(`${'[['.repeat(50_000)}${']]'.repeat(50_000)}`) as unknown

  it.each<readonly [string, Record<string, unknown>]>([
    ['refers to itself', cyclic],
    ['holds a bigint', { amount: 5n }],
    ['is deeper than the stack', { deep }],
    ['is larger than 1 MiB', { text: 'a'.repeat(1_048_577) }],
    [
      'fails when it is read',
      {
        get amount() {
          throw new Error('lazy')
        },
      },
    ],
  ])('rule 8: a resource that %s is refused, and no engine is asked', (_what, attributes) => {
    const { engine, asked } = scriptedEngine(yes)
    const decision = engineWorld([engine]).ask({ resource: { attributes } })
    expect(isRefusal(decision) && decision.cause).toBe('resource_malformed')
    expect(asked).toHaveLength(0)
  })

  it('threat row 21: own __proto__ keys stay data', async () => {
    const attributes = JSON.parse('{"__proto__":{"admin":true}}') as Record<string, unknown>
    const { engine, asked } = scriptedEngine(yes)
    await engineWorld([engine]).decideOn({ resource: { attributes }, context: attributes })
    const properties = asked[0]?.resource.properties ?? {}
    expect(Object.keys(properties)).toEqual(['__proto__'])
    expect(Object.getPrototypeOf(properties)).toBe(Object.prototype)
    expect(Reflect.get({}, 'admin')).toBeUndefined()
  })
})
