import { describe, expect, it } from 'vitest'
import type { Principal } from '../../src/principal/identify.js'
import { budgetsOf } from '../../src/quota/service-budgets.js'

const principal = (changes: Partial<Principal> = {}): Principal => ({
  id: 'billing',
  issuer: 'https://issuer.test',
  clientId: 'c-1',
  tier: undefined,
  scopes: [],
  allowedOps: undefined,
  attributes: {},
  registered: false,
  evidence: 'sub is the client id',
  token: { expiresAt: 1_800_000_000 },
  ...changes,
})
const noTiers = () => undefined
const perMinute = (limit: number) => ({ limit, window: 60 })
const keyOf = (changes: Partial<Principal>): string | undefined =>
  budgetsOf(principal({ rateLimit: perMinute(5), ...changes }), noTiers)?.service?.key

describe('budgetsOf', () => {
  it('nobody names a limit: nothing is counted', () => {
    expect(budgetsOf(principal(), noTiers)).toBeUndefined()
  })

  it('asks for the limit of the tier, also where there is none', () => {
    const tierRates = (tier: string | undefined) => perMinute(tier === 'gold' ? 100 : 1)
    expect(budgetsOf(principal({ tier: 'gold' }), tierRates)?.service?.rate.limit).toBe(100)
    expect(budgetsOf(principal(), tierRates)?.service?.rate.limit).toBe(1)
  })

  it('budgets of operations stand beside that of all calls, and below the same ceiling', () => {
    const rateLimit = { operations: { 'a:b': perMinute(5), 'a:c': perMinute(5000) } }
    const budgets = budgetsOf(principal({ rateLimit }), () => perMinute(100))
    expect(budgets?.service).toMatchObject({ name: 'service', rate: { limit: 100 } })
    expect(budgets?.operation('a:b')).toMatchObject({ name: 'a:b', rate: { limit: 5 } })
    expect(budgets?.operation('a:c')).toMatchObject({
      rate: { limit: 100 },
      source: 'tier',
      claimed: perMinute(5000),
    })
    expect(budgets?.operation('a:d')).toBeUndefined()
  })

  it('budgets of operations alone leave other calls uncounted', () => {
    const rateLimit = { operations: { 'a:b': perMinute(5) } }
    const budgets = budgetsOf(principal({ rateLimit }), noTiers)
    expect(budgets?.service).toBeUndefined()
    expect(budgets?.operation('a:b')?.source).toBe('token')
  })

  it('row 21: operations called like members of prototypes have no budget', () => {
    const rateLimit = { operations: { 'a:b': perMinute(5) } }
    const budgets = budgetsOf(principal({ rateLimit }), noTiers)
    for (const name of ['constructor', '__proto__', 'toString']) {
      expect(budgets?.operation(name)).toBeUndefined()
    }
  })
})

describe('rule 10, row 54: whose a budget is', () => {
  it('the same id of another issuer is another service', () => {
    expect(keyOf({})).not.toBe(keyOf({ issuer: 'https://other.test' }))
  })

  it('a registered service has one, whichever of its clients calls', () => {
    const registered = { registered: true, issuer: 'https://other.test', clientId: 'c-2' }
    expect(keyOf({ registered: true })).toBe(keyOf(registered))
    expect(keyOf({ registered: true })).not.toBe(keyOf({}))
  })

  it('no name can be made to look like two', () => {
    const keys = [
      keyOf({ id: 'a' }),
      keyOf({ id: 'a:b' }),
      keyOf({ issuer: 'https://issuer.test a', id: '' }),
      keyOf({ registered: true, id: 'https://issuer.test a' }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
    const rateLimit = { operations: { 'a:b': perMinute(5) } }
    expect(budgetsOf(principal({ id: 'x', rateLimit }), noTiers)?.operation('a:b')?.key).not.toBe(
      keyOf({ id: 'x a:b' }),
    )
  })

  it('another token of the service, with other limits, is charged to the same', () => {
    expect(keyOf({ rateLimit: perMinute(5) })).toBe(keyOf({ rateLimit: perMinute(500) }))
  })
})
