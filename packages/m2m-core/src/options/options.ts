import type { AuditSink } from '../audit/audit-sink.js'
import type { Clock } from '../clock/clock.js'
import type { PolicyEngine } from '../decision/policy-engine.js'
import type { Policy } from '../policy/policy.js'
import type { TrustedClaim } from '../principal/identify.js'
import type { ProfileName } from '../principal/profiles/profiles.js'
import type { RateOptions } from '../principal/read-rate-limit.js'
import type { Services } from '../principal/services.js'
import type { OnStoreError } from '../quota/limiter.js'
import type { QuotaStore } from '../quota/quota-store.js'
import type { Algorithm } from '../token/algorithms.js'
import type { JsonObject } from '../token/compact.js'

/** A public JWK set, given instead of fetched. */
export interface StaticKeys {
  readonly keys: readonly object[]
}

/** One authorization server whose tokens are accepted. */
export interface IssuerOptions {
  /** Exactly as `iss` spells it; a trailing slash counts. */
  readonly issuer: string
  /** What kind of tokens it issues. @defaultValue `'rfc9068'` */
  readonly profile?: ProfileName
  /** One of these must be in `aud`. Required unless `clientIds` stands in for it. */
  readonly audience?: string | readonly string[]
  /** The only clients that may call; for servers whose tokens have no `aud` (profiles `cognito`, `generic`). */
  readonly clientIds?: readonly string[]
  /** @defaultValue RS, PS and ES 256 to 512, EdDSA */
  readonly algorithms?: readonly Algorithm[]
  /** Where the keys are. @defaultValue discovered from the issuer's metadata (RFC 8414, OpenID) */
  readonly jwksUri?: string
  /** The keys themselves; nothing is fetched then. */
  readonly jwks?: StaticKeys
  /**
   * Which claims about a service this issuer may make. Operations that it states without are a bound:
   * nothing beyond them is admitted.
   * @defaultValue all with one issuer, none with several
   */
  readonly trust?: readonly TrustedClaim[]
  /**
   * The claims that add to a service's scopes, by name or path (`resource_access.api.roles`).
   * @defaultValue those of the profile
   */
  readonly grantsFrom?: readonly string[]
  /**
   * Only scopes that begin so count, and without it: `transfers-api/` makes
   * `transfers-api/s2s:internal` the scope `s2s:internal`. @defaultValue scopes as they are
   */
  readonly scopePrefix?: string
  /** The claim that lists a service's operations, by name or path. @defaultValue `allowed_ops` */
  readonly allowedOpsFrom?: string
  /**
   * What stands before `service_id`, `tier`, `allowed_ops` and `rate_limit` in this issuer's tokens:
   * a namespace (`https://acme.com/`), a prefix (`client_`) or a path (`ext.`).
   * @defaultValue that of the profile; none for most
   */
  readonly claimPrefix?: string
  /** The tier of all its services, whatever their tokens say. */
  readonly tier?: string
  /**
   * Asked only about verified tokens that the profile can neither call a service's nor a user's;
   * exactly `true` makes it a service's.
   */
  readonly isService?: (claims: JsonObject, header: JsonObject) => boolean
}

/** Where records go and how many. */
export interface AuditOptions {
  /** @defaultValue one line on stderr for everything but admitted calls */
  readonly sinks?: readonly AuditSink[]
  /** Records without a verified service written per second; the rest is counted. @defaultValue 100 */
  readonly unauthenticatedPerSecond?: number
}

/** A tier and its budget. */
export interface TierOptions {
  readonly name: string
  /** What none of its services goes beyond, each for itself. */
  readonly rate: RateOptions
}

/** How often services may call. Limits stand in tiers, registrations and tokens; this says how they are kept. */
export interface QuotaOptions {
  /**
   * Tiers, lowest first. A service without a tier, or with one that is not here, is in the lowest.
   * May stand in the policy instead, not in both. @defaultValue no limit by tier
   */
  readonly tiers?: readonly TierOptions[]
  /** Where budgets are kept. @defaultValue in this process */
  readonly store?: QuotaStore
  /**
   * While the store fails: `'local'` counts in this process, each of `instances` its part; `'deny'`
   * answers 503; `'allow'` lets calls through uncounted. @defaultValue `'local'`
   */
  readonly onStoreError?: OnStoreError
  /** How many processes there are like this one. @defaultValue 1 */
  readonly instances?: number
  /** Milliseconds that the store may take, at most 5000. @defaultValue 50 */
  readonly storeTimeout?: number
}

/**
 * The options of `createM2M`. With one issuer its fields may stand here directly; without any,
 * `M2M_ISSUER`, `M2M_AUDIENCE` and `M2M_JWKS_URI` are read from the environment as one set.
 */
export interface M2MOptions extends Partial<IssuerOptions> {
  readonly issuers?: readonly IssuerOptions[]
  /**
   * Which client is which service. A client that is registered is that service and no other; no
   * other client can have its id. May stand in the policy instead, not in both.
   * @defaultValue those of the policy; without any, every client is what its token says
   */
  readonly services?: Services
  /** Whether clients that are not in `services` are refused. @defaultValue `false` */
  readonly requireRegistered?: boolean
  /** The local policy. Once configured, what it does not allow is forbidden. */
  readonly policy?: Policy
  /**
   * Engines that decide elsewhere. One is enough to permit; what one does not permit is forbidden,
   * and while one gives no answer nothing is admitted (503). Asked only where nothing local forbids.
   */
  readonly engines?: readonly PolicyEngine[]
  /** Milliseconds that an engine's answer may take, at most 10 000. @defaultValue 250 */
  readonly engineTimeout?: number
  readonly quota?: QuotaOptions
  /** Whether `transfers:*` and `*` in `allowed_ops` stand for what they say. @defaultValue `false` */
  readonly wildcardOps?: boolean
  /** Seconds by which clocks may differ, at most 120. @defaultValue 5 */
  readonly clockTolerance?: number
  /** Longest time in seconds from `iat` to `exp`. @defaultValue 86 400 (24 h) */
  readonly maxTokenLifetime?: number
  /** Longest token in characters, at most 16 384. @defaultValue 8192 (8 KiB) */
  readonly maxTokenLength?: number
  readonly audit?: AuditOptions
  /** @defaultValue the machine's clocks */
  readonly clock?: Clock
  /** Used for discovery and keys only. @defaultValue the global `fetch` */
  readonly fetch?: typeof globalThis.fetch
}
