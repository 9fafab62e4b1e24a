import type { Condition, PolicyRule, RateLimit } from 'm2m-core'
import type { Place } from '../problem/policy-problem.js'

/** A registered service. */
export interface ServiceEntry {
  readonly id: string
  readonly clients: readonly { readonly issuer?: string | undefined; readonly clientId: string }[]
  readonly tier: string | undefined
  readonly attributes: Readonly<Record<string, unknown>>
  /** As its file lists them, without what those include. */
  readonly roles: readonly string[]
  readonly rate: RateLimit | undefined
  readonly disabled: boolean
  readonly at: Place
}

/** A role. */
export interface RoleEntry {
  readonly name: string
  readonly includes: readonly string[]
  readonly description: string | undefined
  readonly at: Place
}

/** A tier. */
export interface TierEntry {
  readonly name: string
  /** Undefined: no ceiling. */
  readonly operations: readonly string[] | undefined
  readonly rate: RateLimit | undefined
  readonly at: Place
}

/** A policy. */
export interface PolicyEntry {
  readonly name: string
  readonly effect: 'allow' | 'deny'
  readonly subjects: readonly string[]
  readonly resources: readonly { readonly type: string; readonly actions: readonly string[] }[]
  readonly conditions: readonly Condition[]
  /** The same as the core decides on it. */
  readonly rule: PolicyRule
  readonly at: Place
}

/** A policy as it is in force, for tools. Frozen. */
export interface PolicyModel {
  /** By file. */
  readonly services: readonly ServiceEntry[]
  readonly roles: readonly RoleEntry[]
  /** Lowest first. */
  readonly tiers: readonly TierEntry[]
  /** By file, then from top to bottom. */
  readonly policies: readonly PolicyEntry[]
}
