import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRefusal } from '../../src/errors/refusal.js'
import type { Principal, StatedPrincipal } from '../../src/principal/identify.js'
import { createRegistry, type RegisteredService } from '../../src/principal/registry.js'
import { advice } from '../token/advice.js'

const own = 'https://own.test'
const partner = 'https://partner.test'

/** What a token says of its client. */
const stated = (changes: Partial<StatedPrincipal> = {}): StatedPrincipal =>
  Object.freeze({
    claimedId: undefined,
    isSubjectOnly: false,
    issuer: own,
    clientId: 'c-1',
    tier: undefined,
    scopes: Object.freeze(['s2s:internal']),
    allowedOps: Object.freeze(['transfers:create']),
    evidence: 'sub is the client id',
    token: Object.freeze({ expiresAt: 1_800_000_000 }),
    ...changes,
  })
const service = (id: string, changes: Partial<RegisteredService> = {}): RegisteredService => ({
  id,
  clients: [{ issuer: own, clientId: 'c-1' }],
  tier: undefined,
  attributes: {},
  rate: undefined,
  disabled: false,
  ...changes,
})
const enrol = (
  services: readonly RegisteredService[],
  changes: Partial<StatedPrincipal> = {},
  requireRegistered = false,
) => createRegistry(services, requireRegistered).enrol(stated(changes))

const taken = { code: 'service_not_admitted', cause: 'service_id_taken' }
const unregistered = { code: 'service_not_admitted', cause: 'service_unregistered' }
const disabled = { code: 'service_not_admitted', cause: 'service_disabled' }

describe('a client that is registered', () => {
  it('is the service that it is registered as, and keeps what its token grants', () => {
    const attributes = Object.freeze({ region: 'eu' })
    expect(enrol([service('billing', { attributes })])).toEqual({
      id: 'billing',
      issuer: own,
      clientId: 'c-1',
      tier: undefined,
      scopes: ['s2s:internal'],
      allowedOps: ['transfers:create'],
      attributes: { region: 'eu' },
      registered: true,
      evidence: 'sub is the client id',
      token: { expiresAt: 1_800_000_000 },
    })
  })

  it('may say so itself', () => {
    expect(enrol([service('billing')], { claimedId: 'billing' })).toMatchObject({ id: 'billing' })
  })

  it('rule 10: is refused as any other service, registered or not, whatever its token says', () => {
    const services = [service('billing'), service('ledger', { clients: [] })]
    for (const claimedId of ['ledger', 'unheard-of', 'c-1', 'Billing', '']) {
      expect(enrol(services, { claimedId })).toMatchObject(taken)
    }
  })

  it('has the tier of the registry over the one its token says', () => {
    const services = [service('billing', { tier: 'gold' })]
    expect(enrol(services, { tier: 'internal' })).toMatchObject({ tier: 'gold' })
    expect(enrol([service('billing')], { tier: 'internal' })).toMatchObject({ tier: 'internal' })
  })

  it('is refused while it is disabled, whatever it says', () => {
    const services = [service('billing', { disabled: true })]
    expect(enrol(services)).toMatchObject(disabled)
    expect(enrol(services, { claimedId: 'billing' })).toMatchObject(disabled)
    expect(enrol(services, { claimedId: 'ledger' })).toMatchObject(disabled)
    expect(enrol(services, {}, true)).toMatchObject(disabled)
  })

  it('may be one of several of a service', () => {
    const clients = [
      { issuer: own, clientId: 'c-1' },
      { issuer: partner, clientId: 'c-2' },
    ]
    const services = [service('billing', { clients })]
    expect(enrol(services)).toMatchObject({ id: 'billing' })
    expect(enrol(services, { issuer: partner, clientId: 'c-2' })).toMatchObject({ id: 'billing' })
  })
})

describe('rule 10: the same client id at two issuers is two clients', () => {
  const services = [
    service('billing'),
    service('ledger', { clients: [{ issuer: partner, clientId: 'c-1' }] }),
  ]

  it('each is its own service', () => {
    expect(enrol(services)).toMatchObject({ id: 'billing', issuer: own })
    expect(enrol(services, { issuer: partner })).toMatchObject({ id: 'ledger', issuer: partner })
  })

  it('one that is registered says nothing about the other', () => {
    const [billing] = services as [RegisteredService]
    expect(enrol([billing], { issuer: partner })).toMatchObject({ id: 'c-1', attributes: {} })
    expect(enrol([billing], { issuer: partner }, true)).toMatchObject(unregistered)
    expect(enrol([billing], { issuer: `${own}/` }, true)).toMatchObject(unregistered)
  })

  it('issuer and client id do not run into each other', () => {
    const clients = [{ issuer: 'https://a', clientId: 'b c' }]
    const one = [service('billing', { clients })]
    expect(enrol(one, { issuer: 'https://a', clientId: 'b c' })).toMatchObject({ id: 'billing' })
    expect(enrol(one, { issuer: 'https://a b', clientId: 'c' }, true)).toMatchObject(unregistered)
    expect(enrol(one, { issuer: 'https://ab', clientId: ' c' }, true)).toMatchObject(unregistered)
  })
})

describe('a client that is not registered', () => {
  const services = [service('billing')]

  it('is what its token says, else its client id', () => {
    expect(enrol([], { claimedId: 'payments', tier: 'internal' })).toMatchObject({
      id: 'payments',
      clientId: 'c-1',
      tier: 'internal',
      attributes: {},
    })
    expect(enrol(services, { clientId: 'c-2' })).toMatchObject({ id: 'c-2', clientId: 'c-2' })
  })

  it('rule 10: is refused under the id of a registered service, by claim or by its own name', () => {
    expect(enrol(services, { clientId: 'c-2', claimedId: 'billing' })).toMatchObject(taken)
    expect(enrol(services, { clientId: 'billing' })).toMatchObject(taken)
    expect(enrol(services, { issuer: partner, clientId: 'billing' })).toMatchObject(taken)
    const off = [service('billing', { disabled: true })]
    expect(enrol(off, { clientId: 'billing' })).toMatchObject(taken)
  })

  it('is refused where registration is required, whatever it says', () => {
    expect(enrol(services, { clientId: 'c-2' }, true)).toMatchObject(unregistered)
    expect(enrol(services, { clientId: 'billing' }, true)).toMatchObject(unregistered)
    const claiming = { clientId: 'c-2', claimedId: 'billing' }
    expect(enrol(services, claiming, true)).toMatchObject(unregistered)
    expect(enrol([], {}, true)).toMatchObject(unregistered)
  })
})

describe('row 21: names that every object knows', () => {
  const names = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']

  it.each(names)('%s is a client and an id like any other', (name) => {
    expect(enrol([], { clientId: name }, true)).toMatchObject(unregistered)
    expect(enrol([service('billing')], { clientId: name })).toMatchObject({ id: name })
    expect(enrol([service('billing')], { clientId: 'c-2', claimedId: name })).toMatchObject({
      id: name,
    })
    const named = [service(name, { clients: [{ issuer: own, clientId: name }] })]
    expect(enrol(named, { clientId: name }, true)).toMatchObject({ id: name, clientId: name })
    expect(enrol(named, { clientId: 'c-2', claimedId: name })).toMatchObject(taken)
  })
})

describe('rule 5: the services from now on', () => {
  it('the version counts every replacement that changes anything', () => {
    const registry = createRegistry([], false)
    const first = registry.version
    registry.replace([])
    expect(registry.version).toBe(first)
    const steps: readonly (readonly [RegisteredService[], number])[] = [
      [[service('billing')], 1],
      [[service('billing')], 1],
      [[service('billing', { attributes: { region: 'eu' } })], 2],
      [[service('billing', { disabled: true })], 3],
      [[service('ledger', { disabled: true })], 4],
      [[service('ledger', { tier: 'internal' })], 5],
      [[service('ledger', { tier: 'internal', clients: [] })], 6],
      [[], 7],
    ]
    for (const [services, changes] of steps) {
      registry.replace(services)
      expect(registry.version).toBe(first + changes)
    }
    registry.enrol(stated())
    expect(registry.version).toBe(first + 7)
  })

  it('a service that stays as it was is the same to its callers while others change', () => {
    const other = service('ledger', { clients: [{ issuer: own, clientId: 'c-2' }] })
    const billing = () => service('billing', { attributes: { region: 'eu' } })
    const registry = createRegistry([billing()], false)
    const attributes = () => (registry.enrol(stated()) as Principal).attributes
    const before = attributes()
    registry.replace([billing(), other])
    expect(attributes()).toBe(before)
    registry.replace([service('billing', { attributes: { region: 'us' } }), other])
    expect(attributes()).toEqual({ region: 'us' })
  })

  it('a replacement is whole: nothing of those before stays', () => {
    const registry = createRegistry([service('billing', { disabled: true })], false)
    expect(registry.enrol(stated())).toMatchObject(disabled)
    registry.replace([service('ledger', { clients: [{ issuer: own, clientId: 'c-2' }] })])
    const free = (changes: Partial<StatedPrincipal> = {}) => stated({ clientId: 'c-9', ...changes })
    expect(registry.enrol(free())).toMatchObject({ id: 'c-9' })
    expect(registry.enrol(free({ claimedId: 'billing' }))).toMatchObject({ id: 'billing' })
    expect(registry.enrol(free({ claimedId: 'ledger' }))).toMatchObject(taken)
    registry.replace([])
    expect(registry.enrol(free({ claimedId: 'ledger' }))).toMatchObject({ id: 'ledger' })
  })

  it('a client that is gone is nobody, until it is registered again', () => {
    const registry = createRegistry([service('billing')], false)
    registry.replace([])
    for (const claimedId of [undefined, 'billing', 'another']) {
      expect(registry.enrol(stated({ claimedId }))).toMatchObject({ cause: 'service_unregistered' })
    }
    registry.replace([service('ledger')])
    expect(registry.enrol(stated())).toMatchObject({ id: 'ledger' })
  })

  it('a subject that stands in for a client is no registered client', () => {
    const registry = createRegistry([service('billing')], false)
    const alone = stated({ isSubjectOnly: true, clientId: 'c-1' })
    expect(registry.enrol(alone)).toMatchObject({ cause: 'service_unregistered' })
    const other = stated({ isSubjectOnly: true, clientId: 'robot-17' })
    expect(registry.enrol(other)).toMatchObject({ id: 'robot-17' })
    expect(createRegistry([service('billing')], true).enrol(alone)).toMatchObject({
      cause: 'service_unregistered',
    })
  })

  it('one that fails half-way replaces nothing', () => {
    const registry = createRegistry([service('billing')], true)
    const { version } = registry
    const half = [service('ledger'), undefined] as unknown as readonly RegisteredService[]
    expect(() => registry.replace(half)).toThrow(TypeError)
    expect(registry.version).toBe(version)
    expect(registry.enrol(stated())).toMatchObject({ id: 'billing' })
  })

  it('a list that is changed later changes nothing', () => {
    const list = [service('billing')]
    const registry = createRegistry(list, true)
    list.pop()
    expect(registry.enrol(stated())).toMatchObject({ id: 'billing' })
  })
})

describe('what comes out', () => {
  it('is frozen, and says no more than a principal', () => {
    for (const principal of [enrol([service('billing')]), enrol([])]) {
      expect(isRefusal(principal)).toBe(false)
      expect(Object.isFrozen(principal)).toBe(true)
      expect(principal).not.toHaveProperty('claimedId')
      expect(principal).not.toHaveProperty('disabled')
    }
    const unknown = enrol([]) as Principal
    expect(Object.isFrozen(unknown.attributes)).toBe(true)
  })

  it.each<readonly [string, readonly RegisteredService[], Partial<StatedPrincipal>, string[]]>([
    ['unregistered', [], { clientId: 'c-9' }, ['got client "c-9" of https://own.test', 'add it']],
    [
      'the id of another',
      [service('billing')],
      { clientId: 'c-9', claimedId: 'billing' },
      ['service "billing" to call as one of its registered clients', 'got client "c-9" of'],
    ],
    [
      'another id',
      [service('billing')],
      { claimedId: 'ledger' },
      ['client "c-1" of https://own.test to be service "billing"', 'its token says "ledger"'],
    ],
    ['disabled', [service('billing', { disabled: true })], {}, ['"billing" is disabled']],
  ])('rule 7: the log says what was expected and what came: %s', (what, services, who, parts) => {
    const refusal = enrol(services, who, what === 'unregistered')
    const message = isRefusal(refusal) ? refusal.message : ''
    for (const part of parts) expect(message).toContain(part)
    expect(message).toMatch(advice)
  })
})

describe('laws', () => {
  const name = fc.constantFrom('billing', 'ledger', 'c-1', 'c-2', '__proto__')
  const issuer = fc.constantFrom(own, partner)
  const client = fc.record({ issuer, clientId: name })
  const services = fc
    .uniqueArray(
      fc.record({
        id: name,
        clients: fc.array(client, { minLength: 1, maxLength: 2 }),
        disabled: fc.boolean(),
      }),
      { selector: ({ id }) => id, maxLength: 4 },
    )
    // A client belongs to one service.
    .map((list) => {
      const seen = new Set<string>()
      return list.map(({ clients, ...rest }) => ({
        ...rest,
        clients: clients.filter(({ issuer: one, clientId }) => {
          const key = JSON.stringify([one, clientId])
          return !seen.has(key) && seen.add(key)
        }),
      }))
    })
  const who = fc.record({
    issuer,
    clientId: name,
    claimedId: fc.option(name, { nil: undefined }),
  })

  it('rule 10: nobody but its own clients is ever a registered service, and none while disabled', () => {
    fc.assert(
      fc.property(services, who, fc.boolean(), (list, caller, required) => {
        const registered = list.map(({ id, ...rest }) => service(id, rest))
        const answer = enrol(registered, caller, required)
        const isOwn = ({ clients }: RegisteredService): boolean =>
          clients.some((one) => one.issuer === caller.issuer && one.clientId === caller.clientId)
        const mine = registered.find(isOwn)
        const said = caller.claimedId ?? caller.clientId
        if (mine) {
          const isRight = caller.claimedId === undefined || caller.claimedId === mine.id
          expect(isRefusal(answer)).toBe(mine.disabled || !isRight)
        } else {
          expect(isRefusal(answer)).toBe(required || registered.some(({ id }) => id === said))
        }
        if (!isRefusal(answer)) expect(answer.id).toBe(mine?.id ?? said)
      }),
      { numRuns: 2000 },
    )
  })
})
