import type { TokenSpec } from 'm2m-testkit'
import { describe, expect, it } from 'vitest'
import type { PolicyEngine } from '../../src/decision/policy-engine.js'
import { createM2M } from '../../src/m2m/create-m2m.js'
import type { M2MOptions } from '../../src/options/options.js'
import type { Verdict } from '../../src/pipeline/verdict.js'
import { scriptedEngine } from '../decision/engine-world.js'
import {
  allow,
  editablePolicy,
  inShort,
  requestWith,
  serviceIn,
  setUp,
} from '../pipeline/fixture.js'
import { problemsOf } from './fixture.js'

const operation = 'transfers:create'

/** An M2M with these engines that has met a service. */
const meet = async (
  engines: readonly PolicyEngine[],
  spec: TokenSpec = {},
  options: Partial<M2MOptions> = {},
) => {
  const world = await setUp({ engines, ...options })
  const token = await world.issuer.service({ id: 'billing', ...spec })
  const enter = () => world.m2m.authenticate(requestWith(token))
  const service = serviceIn(await enter())
  const ask = (attributes?: Record<string, unknown>): Verdict | Promise<Verdict> =>
    world.m2m.authorize(service, operation, attributes && { attributes })
  return { ...world, service, ask, enter, record: () => world.records.at(-1) }
}

describe('authorize asks engines', () => {
  it('one alone permits, and the record has its layer', async () => {
    const { engine } = scriptedEngine(() => ({ decision: true, context: { reason: 'rule 7' } }))
    const { ask, record } = await meet([engine])
    expect(await inShort(ask())).toBe('admitted')
    expect(record()).toMatchObject({ outcome: 'admitted', stage: 'decision', operation })
    expect(record()?.layers?.at(-1)).toEqual({
      layer: 'engine:pdp',
      answer: 'permit',
      note: 'rule 7',
    })
  })

  it('one that forbids: 403, and the log says which', async () => {
    const { engine } = scriptedEngine(() => ({ decision: false }))
    const { ask, record } = await meet([engine], { allowedOps: [operation] })
    expect(await inShort(ask())).toBe('403 operation_denied')
    expect(record()?.cause).toBe('layer_forbids')
    expect(record()?.message).toContain('engine:pdp: forbid')
  })

  it('one that gives no answer: 503 with Retry-After, never 403 and never a pass', async () => {
    const { engine } = scriptedEngine(() => ({ decision: 'true' }))
    const { ask, record } = await meet([engine], { allowedOps: [operation] })
    const verdict = await ask()
    expect(verdict).toMatchObject({ admitted: false, kind: 'unavailable', retryAfter: 1 })
    expect(verdict).toMatchObject({ reply: { status: 503, headers: { 'Retry-After': '1' } } })
    expect(record()).toMatchObject({ outcome: 'unavailable', cause: 'engine_unavailable' })
    expect(record()?.message).toContain('it answered with the decision "true"')
  })

  it('rule 7: the reply says nothing of the engine', async () => {
    const { engine } = scriptedEngine(() => {
      throw new Error('connect ECONNREFUSED 10.0.0.7:8181')
    })
    const { ask } = await meet([engine])
    expect(JSON.stringify(await ask())).not.toMatch(/pdp|ECONN|10\.0\.0\.7|engine/)
  })

  it('one that hangs ends after engineTimeout', async () => {
    const { engine } = scriptedEngine(() => new Promise(() => undefined))
    const { ask, record } = await meet([engine], {}, { engineTimeout: 5 })
    expect(await inShort(ask())).toBe('503 authorization_unavailable')
    expect(record()?.message).toContain('no answer within 5 ms')
  })

  it('a resource that JSON cannot hold is refused', async () => {
    const { engine, asked } = scriptedEngine(() => ({ decision: true }))
    const { ask, record } = await meet([engine])
    expect(await inShort(ask({ amount: 5n }))).toBe('403 operation_denied')
    expect(record()?.cause).toBe('resource_malformed')
    expect(asked).toHaveLength(0)
  })
})

describe('what stays as it was', () => {
  it('without engines a decision is a plain value', async () => {
    const { m2m, issuer } = await setUp()
    const token = await issuer.service({ allowedOps: [operation] })
    const service = serviceIn(await m2m.authenticate(requestWith(token)))
    expect(m2m.authorize(service, operation)).not.toBeInstanceOf(Promise)
  })

  it('a local forbid and a remembered answer are plain values too', async () => {
    const { engine, asked } = scriptedEngine(() => ({ decision: true }), { cacheable: true })
    const forbidden = await meet([engine], { allowedOps: ['transfers:read'] })
    expect(forbidden.ask()).toMatchObject({ admitted: false })
    expect(asked).toHaveLength(0)
    const { ask, record } = await meet([engine])
    expect(ask()).toBeInstanceOf(Promise)
    await ask()
    expect(ask()).toMatchObject({ admitted: true })
    expect(record()?.layers?.at(-1)).toMatchObject({ layer: 'engine:pdp', cached: true })
  })

  it('can and ability know no engines, explain knows them and writes no record', async () => {
    const { engine, asked } = scriptedEngine(() => ({ decision: false }))
    const { m2m, records, service } = await meet([engine], { allowedOps: [operation] })
    const before = records.length
    expect(service.can(operation)).toBe(true)
    expect(asked).toHaveLength(0)
    const { admitted, text } = await m2m.explain(service, operation)
    expect(admitted).toBe(false)
    expect(text).toContain('engine:pdp: forbid')
    expect(asked).toHaveLength(1)
    expect(records).toHaveLength(before)
    const odd = await service.explain(operation, { attributes: { amount: 5n } })
    expect(odd.text).toContain('refused (expected a resource and a context that JSON can hold')
  })
})

describe('rule 5: what changes while an engine is asked', () => {
  it('a token that expires meanwhile is refused', async () => {
    const { engine } = scriptedEngine(() => {
      clock.advance(3_700_000)
      return { decision: true }
    })
    const { ask, clock, record } = await meet([engine])
    expect(await inShort(ask())).toBe('401 token_expired')
    expect(record()?.cause).toBe('token_past_expiry')
  })

  it('a service that is disabled meanwhile is refused', async () => {
    const services = { payments: { clients: [{ clientId: 'billing' }] } }
    const { engine } = scriptedEngine(() => {
      m2m.setServices({ payments: { ...services.payments, disabled: true } })
      return { decision: true }
    })
    const { ask, m2m, record } = await meet([engine], {}, { services })
    expect(await inShort(ask())).toBe('403 service_not_admitted')
    expect(record()?.cause).toBe('service_disabled')
  })

  it('a policy that is edited meanwhile holds for the next request', async () => {
    const { policy, edit } = editablePolicy([allow(operation)])
    const { engine, asked } = scriptedEngine(() => {
      edit([])
      return { decision: true }
    })
    const { ask } = await meet([engine], {}, { policy })
    expect(await inShort(ask())).toBe('admitted')
    expect(await inShort(ask())).toBe('403 operation_denied')
    expect(asked).toHaveLength(1)
  })

  it('invalidate makes the engine be asked again', async () => {
    const { engine, asked } = scriptedEngine(() => ({ decision: asked.length === 1 }), {
      cacheable: true,
    })
    const { ask, m2m } = await meet([engine])
    expect([await inShort(ask()), await inShort(ask())]).toEqual(['admitted', 'admitted'])
    await m2m.invalidate('webhook')
    expect(await inShort(ask())).toBe('admitted')
    await m2m.invalidate('billing')
    expect(await inShort(ask())).toBe('403 operation_denied')
  })
})

describe('rule 1: engines that are wrong are a ConfigurationError', () => {
  const decide = async () => ({ decision: true })
  const pathsOf = (engines: unknown, options: object = {}) =>
    problemsOf(() =>
      createM2M({ issuer: 'https://i.test', audience: 'a', engines: engines as never, ...options }),
    ).map(({ path }) => path)

  it.each<readonly [unknown, readonly string[]]>([
    [{ name: 'pdp', decide }, ['engines']],
    [[], ['engines']],
    [null, ['engines']],
    [[{ name: 'pdp' }], ['engines[0].decide']],
    [[{ decide }], ['engines[0].name']],
    [[{ name: 'p d p', decide }], ['engines[0].name']],
    [[{ name: 'a'.repeat(65), decide }], ['engines[0].name']],
    [[{ name: 'pdp', decide, cacheable: 'yes' }], ['engines[0].cacheable']],
    [[{ name: 'pdp', decide, cacheable: 0 }], ['engines[0].cacheable']],
    [[{ name: 'pdp', decide, cacheable: -1 }], ['engines[0].cacheable']],
    [[{ name: 'pdp', decide, cacheable: Number.NaN }], ['engines[0].cacheable']],
    [[{ name: 'pdp', decide, cacheable: Number.POSITIVE_INFINITY }], ['engines[0].cacheable']],
    [
      [
        { name: 'a', decide },
        { name: 'a', decide },
      ],
      ['engines[1].name'],
    ],
  ])('%j: %j', (engines, paths) => {
    expect(pathsOf(engines)).toEqual(paths)
  })

  it.each([0, 10_001, Number.NaN, '250', null])('engineTimeout is no %j', (engineTimeout) => {
    expect(pathsOf([{ name: 'pdp', decide }], { engineTimeout })).toEqual(['engineTimeout'])
  })

  it('an instance of a class keeps its this', async () => {
    class Pdp {
      readonly name = 'pdp'
      readonly answer = true
      async decide() {
        return { decision: this.answer }
      }
    }
    const { ask } = await meet([new Pdp()])
    expect(await inShort(ask())).toBe('admitted')
  })
})
