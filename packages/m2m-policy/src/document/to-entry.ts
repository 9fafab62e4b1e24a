import type { PolicyEntry, RoleEntry, ServiceEntry, TierEntry } from '../model/policy-model.js'
import type { Found } from './checked-file.js'
import {
  type PolicyDocument,
  type RoleDocument,
  type ServiceDocument,
  type TierDocument,
  toCondition,
  toRateLimit,
} from './documents.js'
import {
  type PlaceOf,
  referencesOfPolicy,
  referencesOfRole,
  referencesOfService,
} from './references.js'
import { toPattern } from './schemas.js'

/** A service as an entry. */
export const toService = (document: ServiceDocument, placeOf: PlaceOf): Found<ServiceEntry> => {
  const { id, clients, tier, attributes = {}, roles = [], rate, disabled = false } = document
  const at = placeOf([])
  return {
    entry: deepFrozen({
      id,
      clients,
      tier,
      attributes,
      roles,
      rate: rate === undefined ? undefined : toRateLimit(rate),
      disabled,
      at,
    }),
    references: referencesOfService(document, placeOf),
    owned: [
      { kind: 'service', name: id, at: placeOf(['id']) },
      ...clients.map(({ issuer, clientId }, index) => ({
        kind: 'client' as const,
        name: clientId,
        issuer,
        at: placeOf(['clients', index]),
      })),
    ],
  }
}

/** A role as an entry. */
export const toRole = (
  name: string,
  document: RoleDocument,
  placeOf: PlaceOf,
): Found<RoleEntry> => ({
  entry: deepFrozen({
    name,
    includes: document.includes ?? [],
    description: document.description,
    at: placeOf([], 'name'),
  }),
  references: referencesOfRole(document, placeOf),
  owned: [{ kind: 'role', name, at: placeOf([], 'name') }],
})

/** A tier as an entry. */
export const toTier = (document: TierDocument, placeOf: PlaceOf): Found<TierEntry> => {
  const { name, operations, rate } = document
  return {
    entry: deepFrozen({
      name,
      operations,
      rate: rate === undefined ? undefined : toRateLimit(rate),
      at: placeOf([]),
    }),
    references: [],
    owned: [{ kind: 'tier', name, at: placeOf(['name']) }],
  }
}

/** A policy as an entry, with the rule that the core decides on. */
export const toPolicy = (document: PolicyDocument, placeOf: PlaceOf): Found<PolicyEntry> => {
  const { name, subjects, resources } = document
  const effect = document.effect.toLowerCase() === 'deny' ? 'deny' : 'allow'
  const conditions = (document.conditions ?? []).map(toCondition)
  const operations = resources.flatMap(({ type, actions }) =>
    actions.map((action) => toPattern(type, action)),
  )
  const rule = { name, effect, operations, ...(conditions.length > 0 && { conditions }) } as const
  return {
    entry: deepFrozen({ name, effect, subjects, resources, conditions, rule, at: placeOf([]) }),
    references: referencesOfPolicy(document, placeOf),
    owned: [{ kind: 'policy', name, at: placeOf(['name']) }],
  }
}

const deepFrozen = <T>(value: T): T => {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) deepFrozen(part)
  return Object.freeze(value)
}
