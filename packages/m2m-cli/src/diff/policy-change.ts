import type { Condition, RateLimit } from 'm2m-core'

/** Whose rights a change is about. A tier stands here where it comes from the token. */
export type Who =
  | { readonly service: string; readonly tier?: string }
  | { readonly unregistered: true; readonly tier?: string }
  | { readonly user: string }
  | { readonly role: string }

/** When somebody may do something: one of `allows` holds in full, and none of `denies`. */
export interface Right {
  /** Empty: never. An empty list in it: always, but for `denies`. */
  readonly allows: readonly (readonly Condition[])[]
  readonly denies: readonly (readonly Condition[])[]
}

/** A client of a service. */
export interface Client {
  readonly issuer?: string | undefined
  readonly clientId: string
}

/** A service came, went, was disabled or enabled. */
export interface ServiceChange {
  readonly kind: 'service-added' | 'service-removed' | 'service-disabled' | 'service-enabled'
  readonly who: readonly Who[]
}

/** Services are in another tier. */
export interface TierChange {
  readonly kind: 'tier-changed'
  readonly who: readonly Who[]
  readonly before: string | undefined
  readonly after: string | undefined
}

/** A service got a client, or lost one. */
export interface ClientChange {
  readonly kind: 'client-added' | 'client-removed'
  readonly who: readonly Who[]
  readonly client: Client
}

/** Services, or all of a tier, have another rate. */
export interface RateChange {
  readonly kind: 'rate-changed'
  readonly who: readonly Who[]
  readonly before: RateLimit | undefined
  readonly after: RateLimit | undefined
}

/** Somebody may do what was not allowed, may no longer, or may under other conditions. */
export interface RightChange {
  /**
   * `denial-changed` is said of users and roles alone: whoever holds several has all their denials,
   * so those count even where nothing is allowed.
   */
  readonly kind: 'right-gained' | 'right-lost' | 'right-changed' | 'denial-changed'
  readonly who: readonly Who[]
  /** `transfers:create`; `transfers:*` and `*` for every operation but those in `except`. */
  readonly operation: string
  readonly except: readonly string[]
  readonly before: Right
  readonly after: Right
}

/** One difference between two policies, and all whom it is the same for. */
export type PolicyChange = ServiceChange | TierChange | ClientChange | RateChange | RightChange
