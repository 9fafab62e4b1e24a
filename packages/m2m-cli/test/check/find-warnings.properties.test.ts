import fc from 'fast-check'
import { loadPolicy, type PolicyDocuments } from 'm2m-policy'
import { expect, it } from 'vitest'
import { findWarnings } from '../../src/check/find-warnings.js'
import type { WarningCode } from '../../src/check/warning.js'
import {
  type Caller,
  knownTo,
  mayByHand,
  requests,
  smallPolicies,
  someCaller,
  someOperation,
} from '../small-policies.js'

const questions = fc.array(fc.tuple(someCaller, someOperation, fc.constantFrom(...requests)), {
  minLength: 120,
  maxLength: 120,
})

/** The names that the warnings of a kind are about. */
const namedIn = (given: PolicyDocuments, wanted: WarningCode): readonly string[] =>
  findWarnings(loadPolicy(given).model)
    .filter(({ code }) => code === wanted)
    .flatMap(({ message }) => /^[^"]*"([^"]+)"/.exec(message)?.[1] ?? [])

const without = (given: PolicyDocuments, names: readonly string[]): PolicyDocuments => ({
  ...given,
  policies: (given.policies ?? []).filter(({ name }) => !names.includes(name)),
})

const isService = (caller: Caller): boolean => 'service' in caller

it('policies said to be redundant may all be removed: no answer changes, for nobody', () => {
  let removed = 0
  fc.assert(
    fc.property(smallPolicies, questions, (given, asked) => {
      const names = namedIn(given, 'redundant-policy')
      if (names.length === 0) return
      removed += 1
      const [whole, rest] = [loadPolicy(given), loadPolicy(without(given, names))]
      for (const [who, operation, brought] of asked) {
        const [then, now] = [whole, rest].map((one) =>
          mayByHand(knownTo(one, who), operation, brought),
        )
        expect(now).toBe(then)
      }
    }),
    { numRuns: 1500 },
  )
  expect(removed).toBeGreaterThan(40)
})

it('policies said to be unreachable may all be removed: no answer changes, for no service', () => {
  let removed = 0
  fc.assert(
    fc.property(smallPolicies, questions, (given, asked) => {
      const names = namedIn(given, 'unreachable-policy')
      if (names.length === 0) return
      removed += 1
      const [whole, rest] = [loadPolicy(given), loadPolicy(without(given, names))]
      for (const [who, operation, brought] of asked.filter(([one]) => isService(one))) {
        const [then, now] = [whole, rest].map((one) =>
          mayByHand(knownTo(one, who), operation, brought),
        )
        expect(now).toBe(then)
      }
    }),
    { numRuns: 1500 },
  )
  expect(removed).toBeGreaterThan(40)
})

it('where a policy names users, one that is said to be unreachable decides nothing for users either', () => {
  let removed = 0
  fc.assert(
    fc.property(smallPolicies, questions, (given, asked) => {
      const policies = given.policies ?? []
      const namesUsers = policies.some(({ subjects }) => subjects.includes('user:u'))
      const names = namesUsers ? namedIn(given, 'unreachable-policy') : []
      if (names.length === 0) return
      removed += 1
      const [whole, rest] = [loadPolicy(given), loadPolicy(without(given, names))]
      for (const [who, operation, brought] of asked.filter(([one]) => 'user' in one)) {
        const [then, now] = [whole, rest].map((one) =>
          mayByHand(knownTo(one, who), operation, brought),
        )
        expect(now).toBe(then)
      }
    }),
    { numRuns: 1500 },
  )
  expect(removed).toBeGreaterThan(20)
})

it('to services said to be idle every operation is refused', () => {
  let idle = 0
  fc.assert(
    fc.property(smallPolicies, questions, (given, asked) => {
      const names = namedIn(given, 'idle-service')
      idle += names.length
      const store = loadPolicy(given)
      for (const [who, operation, brought] of asked) {
        if (!('service' in who) || !names.includes(who.service)) continue
        expect(mayByHand(knownTo(store, who), operation, brought)).toBe(false)
      }
    }),
    { numRuns: 800 },
  )
  expect(idle).toBeGreaterThan(50)
})

it('an allow whose conditions are said to be impossible, or on what no service has, allows no service', () => {
  let found = 0
  const codes = ['impossible-condition', 'unknown-attribute', 'mistyped-attribute'] as const
  fc.assert(
    fc.property(smallPolicies, questions, (given, asked) => {
      const allows = (given.policies ?? []).filter(({ effect }) => effect === 'allow')
      const named = new Set(codes.flatMap((code) => namedIn(given, code)))
      const names = allows.map(({ name }) => name).filter((name) => named.has(name))
      if (names.length === 0) return
      found += 1
      const [whole, rest] = [loadPolicy(given), loadPolicy(without(given, names))]
      for (const [who, operation, brought] of asked.filter(([one]) => !('user' in one))) {
        const [then, now] = [whole, rest].map((one) =>
          mayByHand(knownTo(one, who), operation, brought),
        )
        expect(now).toBe(then)
      }
    }),
    { numRuns: 1500 },
  )
  expect(found).toBeGreaterThan(40)
})
