import type { Policy } from '../policy/policy.js'
import type { Services } from '../principal/services.js'
import type { Problems } from './problems.js'

/** Checks the policy's outside; gives the services it brings, undefined when it brings none. */
export const readPolicy = (
  policy: Policy | undefined,
  services: unknown,
  problems: Problems,
): Services | undefined => {
  if (policy === undefined) return undefined
  const isPolicy = typeof policy?.rulesFor === 'function' && Number.isSafeInteger(policy.version)
  const expected = 'an object with a whole number version and rulesFor()'
  if (!problems.expect(isPolicy, 'policy', expected, policy)) return undefined
  for (const name of ['versionOf', 'ceilingOf', 'rateOf'] as const) {
    const isRight = policy[name] === undefined || typeof policy[name] === 'function'
    problems.expect(isRight, `policy.${name}`, 'a function', policy[name])
  }
  if (policy.services !== undefined && services !== undefined) {
    const message = 'expected no services beside those of the policy; keep one of the two'
    problems.add('M2M_CFG_SERVICES_INVALID', 'services', message)
  }
  return policy.services
}
