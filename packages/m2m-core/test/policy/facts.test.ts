import { describe, expect, it } from 'vitest'
import { prepareCondition } from '../../src/policy/condition.js'
import { toConditionRoot } from '../../src/policy/facts.js'
import { lookUp } from '../../src/policy/resource.js'

const subject = {
  id: 'billing',
  issuer: 'https://issuer.test',
  clientId: 'c-1',
  tier: 'internal',
  attributes: { region: 'eu' },
  registered: true,
}

describe('what conditions may look at', () => {
  it.each([
    ['resource.type', 'transfers'],
    ['resource.id', 't-1'],
    ['resource.amount', 5],
    ['resource.owner.name', 'ann'],
    ['resource.attributes', undefined],
    ['subject.id', 'billing'],
    ['subject.issuer', 'https://issuer.test'],
    ['subject.clientId', 'c-1'],
    ['subject.tier', 'internal'],
    ['subject.region', 'eu'],
    ['context.hour', 9],
    ['context.minute', undefined],
  ])('%s is %j: names are flat', (field, expected) => {
    const resource = {
      type: 'transfers',
      id: 't-1',
      attributes: { amount: 5, owner: { name: 'ann' } },
    }
    const root = toConditionRoot({ resource, context: { hour: 9 } }, subject)
    expect(lookUp(root, field.split('.'))).toBe(expected)
  })

  it('copies nothing of what an attacker may have made large', () => {
    const attributes = { amount: 5 }
    const root = toConditionRoot(
      { resource: { type: 'transfers', attributes }, context: {} },
      subject,
    )
    attributes.amount = 6
    expect(lookUp(root, ['resource', 'amount'])).toBe(6)
  })

  it('an attribute never stands over what is known: id, type, issuer, tier', () => {
    const attributes = { id: 'forged', type: 'forged', amount: 5 }
    const resource = { type: 'transfers', id: 't-1', attributes }
    const forged = { issuer: 'forged', id: 'forged', clientId: 'forged', tier: 'forged' }
    const root = toConditionRoot({ resource, context: {} }, { ...subject, attributes: forged })
    const fields = ['resource.id', 'resource.type', 'subject.id', 'subject.issuer', 'subject.tier']
    const seen = fields.map((field) => lookUp(root, field.split('.')))
    expect(seen).not.toContain('forged')
    const nameless = toConditionRoot({ resource: { type: 't', attributes }, context: {} }, subject)
    expect(lookUp(nameless, ['resource', 'id'])).toBeUndefined()
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

it('an id or tier that is not there is unknown, although an attribute has its name', () => {
  const attributes = { id: 'forged', type: 'forged', tier: 'forged', issuer: 'forged' }
  const root = toConditionRoot(
    { resource: { type: 'transfers', attributes } },
    { ...subject, tier: undefined, attributes },
  )
  for (const field of ['resource.id', 'subject.tier']) {
    expect(
      prepareCondition({ field, operator: 'equals', value: 'forged' }).answer(root),
    ).toBeUndefined()
    expect(prepareCondition({ field, operator: 'exists', value: true }).answer(root)).toBe(false)
  }
  for (const field of ['resource.type', 'subject.id', 'subject.issuer']) {
    expect(prepareCondition({ field, operator: 'equals', value: 'forged' }).answer(root)).toBe(
      false,
    )
  }
})
