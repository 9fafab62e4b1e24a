import type { Clock } from '../clock/clock.js'
import type { Engines } from '../decision/engines.js'
import type { Layers } from '../decision/layers.js'
import type { ServicePrincipals } from '../decision/service-principal.js'
import { isRefusal, type Refusal, refuse } from '../errors/refusal.js'
import { type Policy, subjectOf, versionFor } from '../policy/policy.js'
import type { Principal, ServiceIssuer, StatedPrincipal } from '../principal/identify.js'
import type { Registry } from '../principal/registry.js'
import { budgetsOf, type ServiceBudgets, type TierRates } from '../quota/service-budgets.js'
import { expired } from '../token/check-claims.js'
import type { VerificationKey } from '../token/read-key-set.js'
import type { VerifiedToken } from '../token/verify-token.js'
import { type Admitted, admit } from './verdict.js'

/** What all callers are compared with, and made of. */
export interface Surroundings {
  readonly clock: Clock
  readonly registry: Registry
  readonly policy: Policy | undefined
  readonly layersOf: (principal: Principal) => Layers
  readonly engines: Engines | undefined
  readonly tierRates: TierRates
  readonly services: ServicePrincipals<Caller>
}

/**
 * A verified, classified caller: what all decisions about it read. Data alone, since a cache holds
 * thousands; only `checkCaller` changes it.
 */
export interface Caller extends Readonly<Standing> {
  readonly surroundings: Surroundings
  readonly issuer: ServiceIssuer
  readonly key: VerificationKey
  /** Seconds since the epoch. */
  readonly expiresAt: number
  readonly stated: StatedPrincipal
  /** What it was last compared with. */
  readonly seen: Seen
}

/** What registry and policy make of a caller. */
interface Standing {
  principal: Principal
  layers: Layers
  /** What it may use; undefined where nobody limits it. */
  budgets: ServiceBudgets | undefined
  admitted: Admitted
}

interface Seen {
  generation: number
  registered: number
  turnedAway: Refusal | undefined
  version: Policy['version'] | undefined
  /** The monotonic clock when the wall clock was read, and what that said. */
  at: number
  wall: number
}

/** Reading the wall clock costs; in between, the other clock tells how far it has gone. */
const wallClockEvery = 1000

/** Makes the caller behind a token that was just verified, as the registry has enrolled it. */
export const createCaller = (
  { issuer, key, expiresAt }: VerifiedToken<ServiceIssuer>,
  stated: StatedPrincipal,
  enrolled: Principal,
  surroundings: Surroundings,
): Caller => {
  const { registry, policy, layersOf, tierRates } = surroundings
  const caller = {
    surroundings,
    issuer,
    key,
    expiresAt,
    stated,
    seen: {
      // A key may have been withdrawn while its signature was being checked.
      generation: issuer.keys.holds(key) ? issuer.keys.generation : Number.NaN,
      registered: registry.version,
      turnedAway: undefined,
      version: policy?.version,
      at: Number.NEGATIVE_INFINITY,
      wall: 0,
    },
    principal: enrolled,
    layers: layersOf(enrolled),
    budgets: budgetsOf(enrolled, tierRates),
  } as Caller
  return Object.assign(caller, { admitted: admit(surroundings.services.make(enrolled, caller)) })
}

/** Why a caller is no longer what it was when verified; undefined while it is. */
export const checkCaller = (caller: Caller, monotonicNow: number): Refusal | undefined => {
  const { issuer, key, seen, expiresAt, surroundings } = caller
  const { keys, rules } = issuer
  const { registry, policy } = surroundings
  // First: "expired" is told only of a token whose signature is still worth something.
  if (seen.generation !== keys.generation) {
    if (!keys.holds(key)) return keyWithdrawn(rules.issuer)
    seen.generation = keys.generation
  }
  if (!(monotonicNow - seen.at < wallClockEvery)) {
    seen.at = monotonicNow
    seen.wall = surroundings.clock.now()
  }
  const now = seen.wall + (monotonicNow - seen.at)
  // Not "now >= deadline": a clock that has no answer must not keep tokens alive.
  if (!(now < (expiresAt + rules.clockTolerance) * 1000)) return expired(expiresAt, now / 1000)
  const unavailable = keys.check(monotonicNow)
  if (unavailable) return unavailable
  if (seen.registered !== registry.version) enrolAnew(caller)
  if (seen.turnedAway) return seen.turnedAway
  if (policy && seen.version !== policy.version) decideAnew(caller, policy)
  return undefined
}

/** `checkCaller`, after waiting for keys that a fetch might bring. */
export const checkCallerAnew = (caller: Caller): Promise<Refusal | undefined> =>
  caller.issuer.keys.settle().then(() => checkCaller(caller, caller.surroundings.clock.monotonic()))

/** Who the caller is by now, since the registry has changed. */
const enrolAnew = (caller: Caller): void => {
  const { surroundings, stated, seen } = caller
  const { registry, layersOf, tierRates, services } = surroundings
  const newest = registry.version
  const now = registry.enrol(stated)
  // First: a policy that fails leaves everything as it was, to be asked for again.
  if (!isRefusal(now) && !isSame(now, caller.principal)) {
    const [layers, budgets] = [layersOf(now), budgetsOf(now, tierRates)]
    const admitted = admit(services.make(now, caller))
    const standing: Standing = { principal: now, layers, budgets, admitted }
    Object.assign(caller, standing)
  }
  seen.turnedAway = isRefusal(now) ? now : undefined
  seen.registered = newest
}

/** What the caller may do by now, since the policy has changed. */
const decideAnew = (caller: Caller, policy: Policy): void => {
  const { surroundings, principal, seen } = caller
  // In this order: rules that cannot be had must be asked for again.
  const newest = policy.version
  const standing: Pick<Standing, 'layers' | 'budgets'> = caller
  const isNew = versionFor(policy, subjectOf(principal)) !== caller.layers.version
  if (isNew) standing.layers = surroundings.layersOf(principal)
  standing.budgets = budgetsOf(principal, surroundings.tierRates)
  seen.version = newest
}

/** One token states the same for ever: only what the registry adds can differ. */
const isSame = (one: Principal, other: Principal): boolean =>
  one.id === other.id &&
  one.tier === other.tier &&
  one.attributes === other.attributes &&
  one.registeredRate === other.registeredRate &&
  one.registered === other.registered

const keyWithdrawn = (issuer: string): Refusal =>
  refuse(
    'key_unknown',
    `the key that signed this token is no longer in the key set of ${issuer}; the caller must ` +
      'fetch a new token',
  )
