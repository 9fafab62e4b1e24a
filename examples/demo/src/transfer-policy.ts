import type { Policy } from 'm2m-core'

/**
 * What this API lets each tier do. It narrows the token and never widens it: an operation needs a
 * rule here *and* its name in the token's `allowed_ops`. A tier that is not here may do nothing.
 */
export const transferPolicy: Policy = {
  version: 1,
  rulesFor: ({ tier }) => {
    switch (tier) {
      case 'internal':
        return internalRules
      case 'partner':
        return partnerRules
      case 'external':
        return externalRules
      default:
        return []
    }
  },
}

const internalRules = [
  { name: 'read-transfers', effect: 'allow', operations: ['transfers:read'] },
  {
    name: 'small-transfers',
    effect: 'allow',
    operations: ['transfers:create'],
    conditions: [{ field: 'resource.amount', operator: 'less_than_or_equal', value: 1000 }],
  },
  { name: 'internal-events', effect: 'allow', operations: ['events:publish'] },
] as const

const partnerRules = [
  { name: 'partner-events', effect: 'allow', operations: ['events:publish'] },
  // Too much on purpose: no rule can give a partner what its token does not grant.
  { name: 'partner-transfers', effect: 'allow', operations: ['transfers:create'] },
] as const

/** Whoever comes by way of somebody else's authorization server. */
const externalRules = [
  { name: 'external-events', effect: 'allow', operations: ['events:publish'] },
] as const
