import type { CheckedFile, Found } from '../document/checked-file.js'
import type { PolicyModel, ServiceEntry } from './policy-model.js'

/** A service and the file of its own that it stands in. */
export interface PlacedService {
  readonly file: string
  readonly found: Found<ServiceEntry>
}

/** What decides: the files that concern all services, as one, and each service for itself. */
export interface InForce {
  /** Roles, tiers and policies; with a policy in one file its services too. */
  readonly files: readonly CheckedFile[]
  readonly services: readonly PlacedService[]
}

/** The same for tools. */
export const modelOf = ({ files, services }: InForce): PolicyModel =>
  Object.freeze({
    services: Object.freeze([
      ...files.flatMap((file) => file.services.map(({ entry }) => entry)),
      ...services.map(({ found }) => found.entry),
    ]),
    roles: Object.freeze(files.flatMap(({ roles }) => roles.map(({ entry }) => entry))),
    tiers: Object.freeze(files.flatMap(({ tiers }) => tiers.map(({ entry }) => entry))),
    policies: Object.freeze(files.flatMap(({ policies }) => policies.map(({ entry }) => entry))),
  })
