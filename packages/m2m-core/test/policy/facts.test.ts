import { describe, expect, it } from 'vitest'
import { toConditionRoot } from '../../src/policy/facts.js'

const subject = {
  id: 'billing',
  issuer: 'https://issuer.test',
  clientId: 'c-1',
  tier: 'internal',
  attributes: { region: 'eu' },
}

describe('what conditions may look at', () => {
  it('names are flat: attributes beside id and type', () => {
    const resource = { type: 'transfers', id: 't-1', attributes: { amount: 5 } }
    expect(toConditionRoot({ resource, context: { hour: 9 } }, subject)).toEqual({
      resource: { type: 'transfers', id: 't-1', amount: 5 },
      subject: {
        id: 'billing',
        issuer: 'https://issuer.test',
        clientId: 'c-1',
        tier: 'internal',
        region: 'eu',
      },
      context: { hour: 9 },
    })
  })

  it('an attribute never stands over what is known: id, type, issuer, tier', () => {
    const attributes = { id: 'forged', type: 'forged', amount: 5 }
    const resource = { type: 'transfers', id: 't-1', attributes }
    const forged = { issuer: 'forged', id: 'forged', clientId: 'forged', tier: 'forged' }
    const root = toConditionRoot({ resource, context: {} }, { ...subject, attributes: forged })
    expect(JSON.stringify(root)).not.toContain('forged')
  })

  it('threat row 21: own __proto__ keys stay data', () => {
    const attributes = JSON.parse('{"__proto__":{"amount":5}}') as Record<string, unknown>
    const context = JSON.parse('{"__proto__":{"admin":true}}') as Record<string, unknown>
    const root = toConditionRoot({ resource: { type: 't', attributes }, context }, subject)
    for (const part of Object.values(root)) {
      expect(Object.getPrototypeOf(part)).toBe(Object.prototype)
    }
  })
})
