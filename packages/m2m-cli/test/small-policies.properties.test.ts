import fc from 'fast-check'
import { loadPolicy } from 'm2m-policy'
import { expect, it } from 'vitest'
import {
  knownTo,
  mayByCore,
  mayByHand,
  requests,
  smallPolicies,
  someCaller,
  someOperation,
} from './small-policies.js'

it('asking by hand answers as the core does', () => {
  let allowed = 0
  const request = fc.constantFrom(...requests.filter(({ context }) => context !== undefined))
  fc.assert(
    fc.property(smallPolicies, someCaller, someOperation, request, (given, who, what, brought) => {
      const store = loadPolicy(given)
      const may = mayByHand(knownTo(store, who), what, brought)
      allowed += Number(may)
      expect(may).toBe(mayByCore(store, who, what, brought))
    }),
    { numRuns: 3000 },
  )
  expect(allowed).toBeGreaterThan(100)
})
