import { describe, expect, it } from 'vitest'
import { createQuestion } from '../../src/decision/engine-question.js'
import { isRefusal } from '../../src/errors/refusal.js'
import { operationOf, principalWith } from './fixture.js'

const principal = principalWith({ allowedOps: undefined, withinOps: ['transfers:read'] })
const operation = operationOf('transfers:create')
const askWith = (attributes: Readonly<Record<string, unknown>>) =>
  createQuestion(principal, operation, { resource: { type: 'transfers', attributes }, context: {} })

describe('a question to engines', () => {
  it.each<readonly [what: string, value: unknown]>([
    ['no end of numbers, as a body may say', JSON.parse('1e999')],
    ['a number that is none', Number.NaN],
    ['a function', () => 1],
    ['a symbol', Symbol('x')],
    ['a map', new Map([['a', 1]])],
    ['a set', new Set([1])],
    ['a big integer', 1n],
  ])('is none with %s: the engine would be asked about something else', (_what, odd) => {
    for (const attributes of [{ odd }, { deep: [{ odd }] }]) {
      expect(askWith(attributes)).toMatchObject({ cause: 'resource_malformed' })
    }
  })

  it('says what the token states, also where that only narrows', () => {
    const question = askWith({ amount: 1, since: new Date(0), nothing: undefined })
    if (isRefusal(question)) throw new Error(question.message)
    expect(question.request()).toMatchObject({
      subject: { properties: { withinOps: ['transfers:read'] } },
      resource: { properties: { amount: 1, since: '1970-01-01T00:00:00.000Z' } },
    })
  })
})
