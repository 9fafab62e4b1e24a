import { inOrder, type PolicyModel } from 'm2m-policy'
import { findBroadGrants } from './broad-grant.js'
import { findIdleServices } from './idle-service.js'
import { findImpossibleConditions } from './impossible-condition.js'
import { findMistypedAttributes } from './mistyped-attribute.js'
import { createModelReach, type ModelReach } from './model-reach.js'
import { findServicesWithoutTier } from './no-tier.js'
import { findRedundantPolicies } from './redundant-policy.js'
import { findUnknownAttributes } from './unknown-attribute.js'
import { findUnreachablePolicies } from './unreachable-policy.js'
import { findUnusedRoles } from './unused-role.js'
import type { PolicyWarning } from './warning.js'
import { findWildcardGrants } from './wildcard-grant.js'

const finders: readonly ((reach: ModelReach) => readonly PolicyWarning[])[] = [
  findUnreachablePolicies,
  findRedundantPolicies,
  findUnknownAttributes,
  findMistypedAttributes,
  findImpossibleConditions,
  findWildcardGrants,
  findBroadGrants,
  findIdleServices,
  findServicesWithoutTier,
  findUnusedRoles,
]

/**
 * What in a policy is no fault and hardly meant, by file and line. Looks at the files alone: knows
 * of no token, no user, and no service that is not registered but that `service:*` means it too.
 */
export const findWarnings = (model: PolicyModel): readonly PolicyWarning[] => {
  const reach = createModelReach(model)
  return inOrder(finders.flatMap((find) => find(reach)))
}
