import { createLayers } from '../../src/decision/layers.js'
import { type Operation, parseOperation } from '../../src/policy/operation.js'
import type { Policy, PolicyRule } from '../../src/policy/policy.js'
import type { Principal } from '../../src/principal/identify.js'

/** A service as a verified token describes it. */
export const principalWith = (changes: Partial<Principal> = {}): Principal =>
  Object.freeze({
    id: 'billing',
    issuer: 'https://issuer.test',
    clientId: 'billing',
    tier: undefined,
    scopes: Object.freeze(['s2s:internal']),
    allowedOps: undefined,
    attributes: Object.freeze({}),
    registered: false,
    evidence: 'sub is the client id',
    token: Object.freeze({ expiresAt: 4_000_000_000 }),
    ...changes,
  })

export const policyOf = (rules: readonly PolicyRule[], version = 1): Policy => ({
  version,
  rulesFor: () => rules,
})

export const operationOf = (name: string): Operation => {
  const operation = parseOperation(name)
  if (operation) return operation
  throw new Error(`${name} is no operation`)
}

/** What both layers of a service are built from; undefined leaves a layer out. */
export interface Grants {
  readonly ops: readonly string[] | undefined
  readonly rules: readonly PolicyRule[] | undefined
  readonly wildcardOps?: boolean
}

export const layersOf = ({ ops, rules, wildcardOps = false }: Grants) =>
  createLayers(principalWith({ allowedOps: ops }), {
    policy: rules && policyOf(rules),
    wildcardOps,
    hasSeveralIssuers: false,
  })
