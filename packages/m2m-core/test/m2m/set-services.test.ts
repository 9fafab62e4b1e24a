import { createTestIssuer, type TokenSpec } from 'm2m-testkit'
import { describe, expect, it } from 'vitest'
import type { ServicePrincipal } from '../../src/decision/service-principal.js'
import { createGuard } from '../../src/m2m/guard.js'
import { createOperationGuard } from '../../src/m2m/operation-guard.js'
import { findServiceOf, serviceOf } from '../../src/m2m/slot.js'
import type { M2MOptions } from '../../src/options/options.js'
import type { Policy, PolicyRule, PolicySubject } from '../../src/policy/policy.js'
import type { ServiceOptions, Services } from '../../src/principal/services.js'
import { inShort, memorySink, problemsOf, requestWith, setUp as setUpPlain } from './fixture.js'

const clients = [{ clientId: 'billing' }]
const billing = (changes: Partial<ServiceOptions> = {}): Services => ({
  payments: { clients, ...changes },
})
const notAdmitted = '403 service_not_admitted'

/** An M2M that has met its one client, and how it takes the next request with the same token. */
const setUp = async (options: Partial<M2MOptions> = {}, spec: TokenSpec = {}) => {
  const world = await setUpPlain('issuer', { services: billing(), ...options })
  const { issuer, m2m } = world
  const token = await issuer.service({ allowedOps: ['transfers:create'], ...spec })
  const ask = () => inShort(m2m.authenticate(requestWith(token)))
  const meet = async (): Promise<ServicePrincipal> => {
    const verdict = await m2m.authenticate(requestWith(token))
    if (verdict.admitted) return verdict.service
    throw new Error(`expected a service, got ${verdict.code}`)
  }
  const lastCause = () => world.sink.records.at(-1)?.cause
  return { ...world, token, ask, meet, lastCause }
}

describe('rule 5: a service that is disabled or gone', () => {
  it('is refused on its next request, although its token is remembered', async () => {
    const { ask, lastCause, m2m } = await setUp()
    expect(await ask()).toBe('admitted')
    m2m.setServices(billing({ disabled: true }))
    expect(await ask()).toBe(notAdmitted)
    expect(lastCause()).toBe('service_disabled')
    expect(await ask()).toBe(notAdmitted)
    m2m.setServices(billing())
    expect(await ask()).toBe('admitted')
  })

  it('one that is gone, where registration is required', async () => {
    const { ask, lastCause, m2m } = await setUp({ requireRegistered: true })
    expect(await ask()).toBe('admitted')
    m2m.setServices({})
    expect(await ask()).toBe(notAdmitted)
    expect(lastCause()).toBe('service_unregistered')
    m2m.setServices(billing())
    expect(await ask()).toBe('admitted')
  })

  it('one that was refused before anything was remembered, and is enabled then', async () => {
    const { ask, m2m } = await setUp({ services: billing({ disabled: true }) })
    expect(await ask()).toBe(notAdmitted)
    m2m.setServices(billing())
    expect(await ask()).toBe('admitted')
  })

  it('one whose client is another service now', async () => {
    const { ask, m2m, meet } = await setUp()
    expect((await meet()).id).toBe('payments')
    m2m.setServices({ ledger: { clients } })
    expect((await meet()).id).toBe('ledger')
    m2m.setServices({ billing: { clients: [{ clientId: 'another' }] } })
    expect(await ask()).toBe(notAdmitted)
  })

  it.each([undefined, true])(
    'one that is gone, although requireRegistered is %s',
    async (required) => {
      const services = billing()
      const { ask, lastCause, m2m, meet } = await setUp({
        services,
        ...(required !== undefined && { requireRegistered: required }),
      })
      expect((await meet()).id).toBe('payments')
      m2m.setServices({})
      expect(await ask()).toBe(notAdmitted)
      expect(lastCause()).toBe('service_unregistered')
      m2m.setServices(services)
      expect((await meet()).id).toBe('payments')
    },
  )

  it('one whose token says that it is another', async () => {
    const { ask, lastCause, m2m } = await setUp({}, { claims: { service_id: 'payments' } })
    expect(await ask()).toBe('admitted')
    m2m.setServices({ ledger: { clients } })
    expect(await ask()).toBe(notAdmitted)
    expect(lastCause()).toBe('service_id_taken')
  })

  it('gets no decision any more, by the service that a handler still holds', async () => {
    const { m2m, meet } = await setUp()
    const service = await meet()
    expect(service.can('transfers:create')).toBe(true)
    m2m.setServices(billing({ disabled: true }))
    expect(service.can('transfers:create')).toBe(false)
    expect(await inShort(m2m.authorize(service, 'transfers:create'))).toBe(notAdmitted)
    expect(await inShort(m2m.authorizeScope(service, 's2s:internal'))).toBe(notAdmitted)
    const explanation = await m2m.explain(service, 'transfers:create')
    expect(JSON.stringify(explanation)).toContain('is disabled in the registry')
    expect(service.ability.can('create', 'transfers')).toBe(false)
    m2m.setServices(billing())
    expect(service.can('transfers:create')).toBe(true)
    expect(await inShort(m2m.authorize(service, 'transfers:create'))).toBe('admitted')
  })

  it('loses a decision that waits for its resource', async () => {
    const { m2m, meet } = await setUp()
    const service = await meet()
    const disable = async () => {
      m2m.setServices(billing({ disabled: true }))
      return {}
    }
    expect(await inShort(m2m.authorize(service, 'transfers:create', disable))).toBe(notAdmitted)
  })
})

describe('rule 5: what is registered counts from the next request on', () => {
  it('tier and attributes of the service are the new ones', async () => {
    const { m2m, meet } = await setUp({
      services: billing({ tier: 'gold', attributes: { region: 'eu' } }),
    })
    expect(await meet()).toMatchObject({ tier: 'gold', attributes: { region: 'eu' } })
    m2m.setServices(billing({ tier: 'silver', attributes: { region: 'us' } }))
    expect(await meet()).toMatchObject({ id: 'payments', tier: 'silver' })
    expect((await meet()).attributes).toEqual({ region: 'us' })
    m2m.setServices(billing())
    expect(await meet()).toMatchObject({ tier: undefined, attributes: {} })
  })

  it('nothing changes where nothing of it changed: the same service is handed out', async () => {
    const { meet } = await setUp()
    expect(await meet()).toBe(await meet())
  })

  it('the record names it as it is now', async () => {
    const { m2m, meet, records } = await setUp()
    const service = await meet()
    m2m.setServices({ ledger: { clients, tier: 'gold' } })
    await m2m.authorize(service, 'transfers:create')
    expect(records.at(-1)?.service).toMatchObject({ id: 'ledger', tier: 'gold' })
  })

  const inEurope: PolicyRule = {
    name: 'Europe only',
    effect: 'allow',
    operations: ['transfers:create'],
    conditions: [{ field: 'subject.region', operator: 'equals', value: 'eu' }],
  }

  it('decisions use the new attributes, also for a service that a handler still holds', async () => {
    const policy: Policy = { version: 1, rulesFor: () => [inEurope] }
    const services = billing({ attributes: { region: 'eu' } })
    const { m2m, meet } = await setUp({ policy, services })
    const service = await meet()
    expect(await inShort(m2m.authorize(service, 'transfers:create'))).toBe('admitted')
    m2m.setServices(billing({ attributes: { region: 'us' } }))
    expect(await inShort(m2m.authorize(service, 'transfers:create'))).toBe('403 operation_denied')
    expect(service.can('transfers:create')).toBe(false)
    expect(service.ability.can('create', 'transfers')).toBe(false)
    const next = await meet()
    expect(await inShort(m2m.authorize(next, 'transfers:create'))).toBe('403 operation_denied')
    m2m.setServices(billing({ attributes: { region: 'eu' } }))
    expect(await inShort(m2m.authorize(next, 'transfers:create'))).toBe('admitted')
  })

  it('a policy is asked about the new tier; what it cannot answer is asked again, never skipped', async () => {
    const asked: PolicySubject[] = []
    let fails = false
    const allow: PolicyRule = { name: 'all', effect: 'allow', operations: ['*'] }
    const rulesFor = (subject: PolicySubject): readonly PolicyRule[] => {
      asked.push(subject)
      if (fails) throw new Error('the file is gone')
      return subject.tier === 'gold' ? [allow] : []
    }
    const policy = { version: 1, rulesFor }
    const { m2m, meet, token } = await setUp({ policy, services: billing({ tier: 'gold' }) })
    const service = await meet()
    expect(await inShort(m2m.authorize(service, 'transfers:create'))).toBe('admitted')
    fails = true
    m2m.setServices(billing({ tier: 'silver' }))
    for (const _again of [1, 2]) {
      expect(() => m2m.authorize(service, 'transfers:create')).toThrow('the file is gone')
      expect(() => m2m.authenticate(requestWith(token))).toThrow('the file is gone')
    }
    fails = false
    expect(await inShort(m2m.authorize(service, 'transfers:create'))).toBe('403 operation_denied')
    expect((await meet()).tier).toBe('silver')
    expect(asked.at(-1)).toMatchObject({ id: 'payments', tier: 'silver' })
  })

  it('a client that was nobody in particular is the service from then on', async () => {
    const { m2m, meet } = await setUp({ services: {} }, { tier: 'internal' })
    expect(await meet()).toMatchObject({ id: 'billing', tier: 'internal' })
    m2m.setServices(billing({ tier: 'gold' }))
    expect(await meet()).toMatchObject({ id: 'payments', clientId: 'billing', tier: 'gold' })
  })
})

describe('rule 1: services that are wrong', () => {
  it('are all told at once, and those before stay', async () => {
    const { ask, m2m } = await setUp({ requireRegistered: true })
    const wrong = { payments: { clients: [], tier: '' }, 'a\nb': { clients } } as Services
    const problems = problemsOf(() => m2m.setServices(wrong))
    expect(problems.map(({ code, path }) => [code, path])).toEqual([
      ['M2M_CFG_OPTION_INVALID', 'services["payments"].tier'],
      ['M2M_CFG_OPTION_INVALID', 'services["payments"].clients'],
      ['M2M_CFG_OPTION_INVALID', 'services["a\\nb"]'],
    ])
    expect(await ask()).toBe('admitted')
  })

  it.each<{ services: unknown }>([
    { services: undefined },
    { services: null },
    { services: [] },
    { services: Promise.resolve({}) },
    { services: new Map() },
  ])('$services are no services, which would let anybody be anybody (%#)', async ({ services }) => {
    const { ask, m2m } = await setUp({ services: billing({ disabled: true }) })
    const problems = problemsOf(() => m2m.setServices(services as Services))
    expect(problems).toMatchObject([{ code: 'M2M_CFG_OPTION_INVALID', path: 'services' }])
    expect(await ask()).toBe(notAdmitted)
  })

  it('createM2M tells them with everything else', async () => {
    const issuer = await createTestIssuer()
    const options = { ...issuer.asOptions(), services: { a: {} }, clockTolerance: -1 }
    const problems = problemsOf(() => createGuard({ requiredScope: null, ...options } as never))
    expect(problems.map(({ path }) => path).sort()).toEqual([
      'clockTolerance',
      'services["a"].clients',
    ])
  })
})

describe('requireRegistered over a real guard', () => {
  const setUpGuard = async (options: Partial<M2MOptions> = {}) => {
    const issuer = await createTestIssuer()
    const sink = memorySink()
    const guard = createGuard({
      ...issuer.asOptions(),
      services: billing(),
      requireRegistered: true,
      requiredScope: 's2s:internal',
      audit: { sinks: [sink], unauthenticatedPerSecond: 1_000_000 },
      ...options,
    })
    const may = createOperationGuard<object>('transfers:create')
    const call = async (token: string) => {
      const request = requestWith(token)
      const first = await inShort(guard.check(request))
      return { request, first, then: await inShort(may(request, {})) }
    }
    return { issuer, sink, call }
  }

  it('admits whom it knows, as what it is', async () => {
    const { call, issuer } = await setUpGuard()
    const { request, first, then } = await call(
      await issuer.service({ allowedOps: ['transfers:create'] }),
    )
    expect([first, then]).toEqual(['admitted', 'admitted'])
    expect(serviceOf(request)).toMatchObject({ id: 'payments', clientId: 'billing' })
  })

  it('refuses whom it does not know, whatever scopes and operations its token carries', async () => {
    const { call, issuer, sink } = await setUpGuard()
    const spec = { id: 'mallory', tier: 'internal', allowedOps: ['transfers:create'] }
    const token = await issuer.service({ ...spec, claims: { service_id: 'payments' } })
    const { first, then } = await call(token)
    expect([first, then]).toEqual([notAdmitted, notAdmitted])
    expect(sink.records[0]).toMatchObject({
      stage: 'principal',
      outcome: 'refused',
      cause: 'service_unregistered',
    })
  })

  it('rule 7: the answer says no more than that', async () => {
    const { issuer } = await setUpGuard()
    const guard = createGuard({
      ...issuer.asOptions(),
      requiredScope: null,
      services: {},
      requireRegistered: true,
      audit: { sinks: [] },
    })
    const request = requestWith(await issuer.service())
    const verdict = await guard.check(request)
    if (verdict.admitted) throw new Error('expected a refusal')
    expect(verdict.reply.status).toBe(403)
    expect(Object.keys(verdict.reply.headers).map((name) => name.toLowerCase())).not.toContain(
      'www-authenticate',
    )
    expect(verdict.reply.body).toMatchObject({
      code: 'service_not_admitted',
      detail: 'The calling service is not admitted here.',
    })
    expect(JSON.stringify(verdict.reply)).not.toMatch(/billing|issuer\.test|regist/)
    expect(findServiceOf(request)).toBeUndefined()
  })

  it('rule 3: a user is told that it is none, not that it is unregistered', async () => {
    const { call, issuer } = await setUpGuard()
    expect((await call(await issuer.user())).first).toBe('403 principal_type_mismatch')
  })

  it('without it the same client may call, under its own name', async () => {
    const { call, issuer } = await setUpGuard({ requireRegistered: false })
    const token = await issuer.service({ id: 'reports', allowedOps: ['transfers:create'] })
    const { request, first } = await call(token)
    expect(first).toBe('admitted')
    expect(serviceOf(request)).toMatchObject({ id: 'reports' })
  })
})
