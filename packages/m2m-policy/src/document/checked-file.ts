import type { PolicyEntry, RoleEntry, ServiceEntry, TierEntry } from '../model/policy-model.js'
import type { Place, PolicyProblem } from '../problem/policy-problem.js'
import type { FileKind } from '../source/source-file.js'

/** What one entry says of another. */
export interface Reference {
  readonly to: 'service' | 'role' | 'tier'
  readonly name: string
  readonly at: Place
}

/** What only one entry of a policy may have: a name, a client. */
export interface Owned {
  readonly kind: 'service' | 'client' | 'role' | 'tier' | 'policy'
  readonly name: string
  /** Of a client that names one. */
  readonly issuer?: string | undefined
  readonly at: Place
}

/** An entry that is right in itself, and what has to be compared with others. */
export interface Found<T> {
  readonly entry: T
  readonly references: readonly Reference[]
  readonly owned: readonly Owned[]
}

/** A file that was read and checked for itself. */
export interface CheckedFile {
  readonly name: string
  readonly kind: FileKind
  readonly problems: readonly PolicyProblem[]
  readonly services: readonly Found<ServiceEntry>[]
  readonly roles: readonly Found<RoleEntry>[]
  readonly tiers: readonly Found<TierEntry>[]
  readonly policies: readonly Found<PolicyEntry>[]
  /** All names that it gives, those of entries with faults too. */
  readonly declared: readonly { readonly to: Reference['to']; readonly name: string }[]
  /** What entries with faults refer to. */
  readonly references: readonly Reference[]
}

/** A file that could not be read as one. */
export const unreadableFile = (
  name: string,
  kind: FileKind,
  problems: readonly PolicyProblem[],
): CheckedFile => ({
  name,
  kind,
  problems,
  services: [],
  roles: [],
  tiers: [],
  policies: [],
  declared: [],
  references: [],
})
