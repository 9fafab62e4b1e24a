import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { beforeAll, describe, expect, it } from 'vitest'
import { ConfigurationError } from '../../src/errors/configuration-error.js'
import { createM2M } from '../../src/m2m/create-m2m.js'
import type { M2MOptions } from '../../src/options/options.js'
import type { Policy, PolicyRule, PolicySubject } from '../../src/policy/policy.js'
import type { Services } from '../../src/principal/services.js'
import { allow, memorySink } from '../pipeline/fixture.js'
import { inShort, requestWith } from './fixture.js'

let issuer: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer()
})

interface Store {
  version: number
  services: unknown
  versions: Record<string, string | number>
  rules: Record<string, readonly PolicyRule[]>
  ceilings: Record<string, readonly string[]>
}
const registered = (...ids: readonly string[]): Services =>
  Object.fromEntries(ids.map((id) => [id, { clients: [{ clientId: `c-${id}` }] }]))

/** A policy like a folder of files, its content in `files`, and what it was asked. */
const createStore = (files: Partial<Store> = {}) => {
  const store: Store = {
    version: 1,
    services: registered('billing', 'webhook'),
    versions: { billing: 'b1', webhook: 'w1' },
    rules: {
      billing: [allow('transfers:create', 'transfers:read')],
      webhook: [allow('events:publish')],
    },
    ceilings: {},
    ...files,
  }
  const asked: PolicySubject[] = []
  let reads = 0
  const policy: Policy = {
    get version() {
      return store.version
    },
    get services() {
      reads += 1
      return store.services as Services
    },
    rulesFor: (subject) => {
      asked.push(subject)
      return store.rules[subject.id] ?? []
    },
    versionOf: ({ id }) => store.versions[id] ?? 'none',
    ceilingOf: (tier) => (tier === undefined ? undefined : store.ceilings[tier]),
  }
  const edit = (changes: Partial<Store>): void => {
    Object.assign(store, changes)
    store.version += 1
  }
  return { store, policy, edit, asked, reads: () => reads }
}

const setUp = async (files: Partial<Store> = {}, options: Partial<M2MOptions> = {}) => {
  const world = createStore(files)
  const sink = memorySink()
  const m2m = createM2M({
    ...issuer.asStaticOptions(),
    audit: { sinks: [sink] },
    policy: world.policy,
    requireRegistered: true,
    ...options,
  })
  const tokens = {
    billing: await issuer.service({ id: 'c-billing' }),
    webhook: await issuer.service({ id: 'c-webhook' }),
  }
  const enter = (who: keyof typeof tokens) => m2m.authenticate(requestWith(tokens[who]))
  const ask = async (who: keyof typeof tokens, operation: string): Promise<string> => {
    const verdict = await enter(who)
    return verdict.admitted ? inShort(m2m.authorize(verdict.service, operation)) : inShort(verdict)
  }
  return { ...world, m2m, sink, enter, ask }
}
const denied = '403 operation_denied'
const notAdmitted = '403 service_not_admitted'

describe('rule 5: a policy with a version for each service', () => {
  it('asks for the rules of a service anew only when its own version differs', async () => {
    const { ask, asked, edit } = await setUp()
    const round = async () => [
      await ask('billing', 'transfers:create'),
      await ask('webhook', 'events:publish'),
    ]
    expect(await round()).toEqual(['admitted', 'admitted'])
    expect(asked.map(({ id }) => id)).toEqual(['billing', 'webhook'])
    edit({})
    expect(await round()).toEqual(['admitted', 'admitted'])
    expect(asked).toHaveLength(2)
    edit({ versions: { billing: 'b2', webhook: 'w1' }, rules: { billing: [] } })
    expect(await round()).toEqual([denied, 'admitted'])
    expect(asked.map(({ id }) => id)).toEqual(['billing', 'webhook', 'billing'])
  })

  it('a service that was handed out before sees the change too', async () => {
    const { edit, enter, m2m } = await setUp()
    const verdict = await enter('billing')
    if (!verdict.admitted) throw new Error(verdict.code)
    const { service } = verdict
    expect(service.can('transfers:create')).toBe(true)
    edit({ versions: { billing: 'b2' }, rules: { billing: [allow('transfers:read')] } })
    expect(service.can('transfers:create')).toBe(false)
    expect(service.ability.can('create', { type: 'transfers' })).toBe(false)
    expect((await m2m.explain(service, 'transfers:read')).admitted).toBe(true)
  })

  it('the policy is told whether a registered service stands behind a name', async () => {
    const store = createStore()
    const { services: _services, ...plain } = store.policy
    const m2m = createM2M({ ...issuer.asStaticOptions(), audit: { sinks: [] }, policy: plain })
    await m2m.authenticate(requestWith(await issuer.service({ id: 'billing' })))
    expect(store.asked.at(-1)).toMatchObject({ id: 'billing', registered: false })
    const { enter, asked } = await setUp()
    await enter('billing')
    expect(asked.at(-1)).toMatchObject({ id: 'billing', clientId: 'c-billing', registered: true })
  })

  it.each([Number.NaN, {}, [], true, Promise.resolve('b1')])(
    'rule 1: a version of %j is no version, and nothing is admitted',
    async (version) => {
      const { ask } = await setUp({ versions: { billing: version as string } })
      await expect(ask('billing', 'transfers:create')).rejects.toThrow(ConfigurationError)
    },
  )

  it('1 and "1" are two versions', async () => {
    const { ask, asked, edit } = await setUp({ versions: { billing: 1 } })
    await ask('billing', 'transfers:create')
    edit({ versions: { billing: '1' } })
    await ask('billing', 'transfers:create')
    expect(asked).toHaveLength(2)
  })
})

describe('the registered services of a policy', () => {
  it('a service that is disabled there is refused on its next request', async () => {
    const { ask, edit } = await setUp()
    expect(await ask('billing', 'transfers:create')).toBe('admitted')
    const { billing, ...others } = registered('billing', 'webhook')
    edit({ services: { ...others, billing: { ...billing, disabled: true } } })
    expect(await ask('billing', 'transfers:create')).toBe(notAdmitted)
    expect(await ask('webhook', 'events:publish')).toBe('admitted')
    edit({ services: registered('webhook') })
    expect(await ask('billing', 'transfers:create')).toBe(notAdmitted)
    edit({ services: registered('billing', 'webhook') })
    expect(await ask('billing', 'transfers:create')).toBe('admitted')
  })

  it('are read once per version, not per request', async () => {
    const { ask, edit, reads } = await setUp()
    const atStart = reads()
    for (let call = 0; call < 3; call += 1) await ask('billing', 'transfers:create')
    expect(reads()).toBe(atStart)
    edit({})
    for (let call = 0; call < 3; call += 1) await ask('billing', 'transfers:create')
    expect(reads()).toBe(atStart + 1)
  })

  it('are checked once while they are frozen and the same, and otherwise each time', async () => {
    const { ask, edit } = await setUp()
    let reads = 0
    const frozen = (tier: string) =>
      Object.freeze({ clients: Object.freeze([Object.freeze({ clientId: 'c-webhook' })]), tier })
    const webhook = frozen('gold')
    const counted = new Proxy(webhook, {
      get: (target, name) => {
        reads += Number(name === 'clients')
        return Reflect.get(target, name)
      },
    })
    const open = { clients: [{ clientId: 'c-billing' }], disabled: false }
    edit({ services: { webhook: counted, billing: open } })
    expect(await ask('billing', 'transfers:create')).toBe('admitted')
    const first = reads
    expect(first).toBeGreaterThan(0)
    open.disabled = true
    edit({ services: { webhook: counted, billing: open } })
    expect(await ask('billing', 'transfers:create')).toBe(notAdmitted)
    expect(reads).toBe(first)
    edit({ services: { ledger: counted } })
    expect(await ask('webhook', 'events:publish')).toBe(denied)
    expect(reads).toBeGreaterThan(first)
  })

  it('that are frozen but answer anew each time are checked each time', async () => {
    const { ask, edit } = await setUp()
    let isDisabled = false
    const billing = Object.freeze({
      clients: Object.freeze([Object.freeze({ clientId: 'c-billing' })]),
      get disabled() {
        return isDisabled
      },
    })
    edit({ services: { billing } })
    expect(await ask('billing', 'transfers:create')).toBe('admitted')
    isDisabled = true
    edit({ services: { billing } })
    expect(await ask('billing', 'transfers:create')).toBe(notAdmitted)
  })

  it('the principal of a service stays the same object while others change', async () => {
    const { edit, enter } = await setUp()
    const serviceOf = async () => {
      const verdict = await enter('billing')
      return verdict.admitted ? verdict.service : undefined
    }
    const before = await serviceOf()
    edit({ services: registered('billing') })
    expect(await serviceOf()).toBe(before)
    edit({ services: { billing: { clients: [{ clientId: 'c-billing' }], tier: 'internal' } } })
    expect((await serviceOf())?.tier).toBe('internal')
  })

  it.each<readonly [what: string, services: unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a map', new Map()],
    ['a promise', Promise.resolve({})],
  ])('%s: those before stay, which is announced once', async (_what, services) => {
    const { ask, edit, sink } = await setUp()
    edit({ services })
    expect(await ask('billing', 'transfers:create')).toBe('admitted')
    expect(await ask('webhook', 'events:publish')).toBe('admitted')
    expect(sink.notices.map(({ level, event }) => [level, event])).toEqual([
      ['warn', 'services_invalid'],
    ])
    expect(sink.notices[0]?.message).toContain('policy version 2')
    expect(sink.notices[0]?.message).toContain('M2M_CFG_')
    edit({ services: registered('webhook') })
    expect(await ask('billing', 'transfers:create')).toBe(notAdmitted)
    expect(sink.notices).toHaveLength(1)
  })

  it.each<readonly [what: string, billing: unknown]>([
    ['without clients', {}],
    ['of an issuer nobody knows', { clients: [{ issuer: 'https://x', clientId: 'c-billing' }] }],
    ['that is no object', 'c-billing'],
  ])(
    'a service %s is disabled, since its rules are new: old clients must not get them',
    async (_what, billing) => {
      const { ask, edit, sink } = await setUp()
      const rules = { billing: [allow('*')], webhook: [allow('events:publish')] }
      const services = { ...registered('webhook'), billing }
      edit({ services, rules, versions: { billing: 'b2', webhook: 'w1' } })
      expect(await ask('billing', 'transfers:create')).toBe(notAdmitted)
      expect(await ask('webhook', 'events:publish')).toBe('admitted')
      expect(sink.records.find(({ cause }) => cause)?.cause).toBe('service_disabled')
      expect(sink.notices.map(({ event }) => event)).toEqual(['services_invalid'])
      expect(sink.notices[0]?.message).toContain('disabled until it is mended: "billing"')
      edit({ services: registered('billing', 'webhook') })
      expect(await ask('billing', 'transfers:create')).toBe('admitted')
    },
  )

  it('a new service that is mistaken is none, and disables no other', async () => {
    const { ask, edit, sink } = await setUp()
    edit({ services: { ...registered('billing', 'webhook'), ledger: { clients: [] } } })
    expect(await ask('billing', 'transfers:create')).toBe('admitted')
    expect(await ask('webhook', 'events:publish')).toBe('admitted')
    expect(sink.notices.map(({ event }) => event)).toEqual(['services_invalid'])
    expect(sink.notices[0]?.message).not.toContain('disabled until')
  })

  it('two new services with one client disable no other', async () => {
    const { ask, edit } = await setUp()
    const clients = [{ clientId: 'c' }]
    edit({ services: { ...registered('billing', 'webhook'), a: { clients }, b: { clients } } })
    expect(await ask('billing', 'transfers:create')).toBe('admitted')
    expect(await ask('webhook', 'events:publish')).toBe('admitted')
  })

  const mistaken = { clients: [{ issuer: 'https://nobody.test', clientId: 'c-webhook' }] }

  it('a mistake in one keeps no other in that is disabled', async () => {
    const { ask, edit, sink } = await setUp()
    const disabled = { clients: [{ clientId: 'c-billing' }], disabled: true }
    edit({ services: { webhook: mistaken, billing: disabled } })
    expect(await ask('billing', 'transfers:create')).toBe(notAdmitted)
    expect(await ask('webhook', 'events:publish')).toBe(notAdmitted)
    expect(sink.notices.map(({ event }) => event)).toEqual(['services_invalid'])
    edit({ services: { ...registered('webhook'), ...registered('billing') } })
    expect(await ask('billing', 'transfers:create')).toBe('admitted')
    expect(await ask('webhook', 'events:publish')).toBe('admitted')
  })

  it('a mistake in one keeps no other in that is gone, nor with a client that it had', async () => {
    const { ask, edit } = await setUp()
    edit({ services: { webhook: mistaken } })
    expect(await ask('billing', 'transfers:create')).toBe(notAdmitted)
    edit({ services: { webhook: mistaken, billing: { clients: [{ clientId: 'c-new' }] } } })
    expect(await ask('billing', 'transfers:create')).toBe(notAdmitted)
    edit({ services: registered('billing', 'webhook') })
    expect(await ask('webhook', 'events:publish')).toBe('admitted')
  })

  it('a client of two services is none of theirs, whichever stands first', async () => {
    for (const names of [
      ['billing', 'ledger'],
      ['ledger', 'billing'],
    ]) {
      const { ask, edit } = await setUp()
      const clients = [{ clientId: 'c-billing' }]
      edit({ services: Object.fromEntries(names.map((name) => [name, { clients }])) })
      expect(await ask('billing', 'transfers:create')).toBe(notAdmitted)
    }
  })

  it('a policy that fails to say them changes nothing either', async () => {
    const { ask, edit, store, sink } = await setUp()
    edit({})
    Object.defineProperty(store, 'services', {
      get: () => {
        throw new Error('disk on fire')
      },
    })
    expect(await ask('billing', 'transfers:create')).toBe('admitted')
    expect(sink.notices.map(({ event }) => event)).toEqual(['services_invalid'])
  })

  it('satisfy requireRegistered; without any they do not', () => {
    const { policy } = createStore()
    const base = { ...issuer.asStaticOptions(), requireRegistered: true }
    expect(() => createM2M({ ...base, policy })).not.toThrow()
    const plain = { version: 1, rulesFor: () => [] }
    expect(() => createM2M({ ...base, policy: plain })).toThrow('M2M_CFG_SERVICES_INVALID')
  })

  it('may not stand beside the option, nor be replaced by setServices', async () => {
    const { policy, m2m } = await setUp()
    const both = { ...issuer.asStaticOptions(), policy, services: registered('billing') }
    expect(() => createM2M(both)).toThrow('M2M_CFG_SERVICES_INVALID at services')
    expect(() => m2m.setServices(registered('billing'))).toThrow(ConfigurationError)
  })

  it('that are wrong at construction are a ConfigurationError', () => {
    const { policy } = createStore({ services: { billing: {} } })
    expect(() => createM2M({ ...issuer.asStaticOptions(), policy })).toThrow('services["billing"]')
    const none = createStore({ services: null })
    const build = () => createM2M({ ...issuer.asStaticOptions(), policy: none.policy })
    expect(build).toThrow(ConfigurationError)
  })

  it.each(['versionOf', 'ceilingOf'])('%s must be a function', (name) => {
    const policy = { version: 1, rulesFor: () => [], [name]: 'x' }
    const build = () => createM2M({ ...issuer.asStaticOptions(), policy: policy as never })
    expect(build).toThrow(`policy.${name}: expected a function`)
  })
})

describe('the ceiling of a tier along the whole line', () => {
  it('refuses what the rules allow, and the record names the tier', async () => {
    const services = { billing: { clients: [{ clientId: 'c-billing' }], tier: 'partner' } }
    const { ask, enter, m2m, sink } = await setUp({
      services,
      ceilings: { partner: ['transfers:read'] },
    })
    expect(await ask('billing', 'transfers:read')).toBe('admitted')
    expect(await ask('billing', 'transfers:create')).toBe(denied)
    const record = sink.records.at(-1)
    expect(record?.cause).toBe('layer_forbids')
    expect(record?.message).toContain('tier: forbid (ceiling) [tier "partner" ends at ')
    expect(record?.layers?.map(({ layer, answer }) => `${layer} ${answer}`)).toEqual([
      'token abstain',
      'tier forbid',
      'policy permit',
    ])
    const verdict = await enter('billing')
    if (!verdict.admitted) throw new Error(verdict.code)
    expect(verdict.service.can('transfers:create')).toBe(false)
    const { layers } = await m2m.explain(verdict.service, 'transfers:create')
    expect(layers[1]).toMatchObject({ layer: 'tier', answer: 'forbid' })
    expect(verdict.service.ability.can('create', { type: 'transfers' })).toBe(false)
    expect(verdict.service.ability.can('read', { type: 'transfers' })).toBe(true)
  })

  it('a ceiling that is lowered holds for the next request', async () => {
    const services = { billing: { clients: [{ clientId: 'c-billing' }], tier: 'partner' } }
    const { ask, edit } = await setUp({ services })
    expect(await ask('billing', 'transfers:create')).toBe('admitted')
    edit({ ceilings: { partner: [] }, versions: { billing: 'b2' } })
    expect(await ask('billing', 'transfers:create')).toBe(denied)
  })
})
