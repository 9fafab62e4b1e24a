import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock/clock.js'
import { type Decision, decide } from '../decision/decide.js'
import { decideAll, type Engines } from '../decision/engines.js'
import { explainDecision, type Judgement } from '../decision/explain.js'
import type { Layers } from '../decision/layers.js'
import { type AskedQuestion, readQuestion } from '../decision/read-question.js'
import { createServicePrincipal, type ServicePrincipal } from '../decision/service-principal.js'
import { isRefusal, type Refusal, refuse } from '../errors/refusal.js'
import { emptyAbility } from '../policy/ability.js'
import { type Policy, subjectOf, versionFor } from '../policy/policy.js'
import type { Principal, ServiceIssuer, StatedPrincipal } from '../principal/identify.js'
import type { Registry } from '../principal/registry.js'
import { expired } from '../token/check-claims.js'
import type { VerifiedToken } from '../token/verify-token.js'
import { type Admitted, admit } from './verdict.js'

/** A verified, classified caller: what all decisions about it read. */
export interface Caller {
  readonly principal: Principal
  readonly scopes: ReadonlySet<string>
  readonly layers: Layers
  readonly admitted: Admitted
  /** Why the caller is no longer what it was when verified; undefined while it is. */
  check(monotonicNow: number): Refusal | undefined
  /** `check`, after waiting for keys that a fetch might bring. */
  checkAnew(): Promise<Refusal | undefined>
}

/** The callers met so far. */
export interface Callers {
  /** The caller that this very token was verified to belong to; whether it still is, it says. */
  recall(token: string): Caller | undefined
  /**
   * Remembers a caller under its token's digest, unless the registry refuses it; the token itself
   * is not kept.
   */
  admit(
    token: string,
    verified: VerifiedToken<ServiceIssuer>,
    stated: StatedPrincipal,
  ): Caller | Refusal
  /** The caller behind a service principal that was handed out; undefined for any other object. */
  behind(service: ServicePrincipal): Caller | undefined
  /** Forgets every token of a service. */
  invalidate(serviceId: string): void
}

/** What callers are made from. */
export interface CallersOptions {
  readonly clock: Clock
  readonly registry: Registry
  readonly policy: Policy | undefined
  readonly layersOf: (principal: Principal) => Layers
  readonly engines: Engines | undefined
  readonly mostTokens: number
  /** Longer ones are not even hashed. */
  readonly maxTokenLength: number
}

/**
 * Keeps verified callers, never longer than their authority: each use compares expiry, the age and
 * generation of the issuer's keys and the versions of registry and policy. The key is a SHA-256 digest of the
 * token, so no two tokens share an entry and no token is kept.
 */
export const createCallers = (options: CallersOptions): Callers => {
  const byDigest = new LRUCache<string, Caller>({
    max: options.mostTokens,
    // What a token states costs memory of its own, and so do rules that only its service has.
    maxSize: options.mostTokens * usualWeight,
    sizeCalculation: weightOf,
  })
  const byService = new WeakMap<ServicePrincipal, Caller>()
  return Object.freeze({
    recall: (token: string) =>
      token.length > options.maxTokenLength ? undefined : byDigest.get(digestOf(token)),
    admit: (
      token: string,
      verified: VerifiedToken<ServiceIssuer>,
      stated: StatedPrincipal,
    ): Caller | Refusal => {
      const principal = options.registry.enrol(stated)
      if (isRefusal(principal)) return principal
      const caller = createCaller(verified, stated, principal, {
        ...options,
        onService: (service) => byService.set(service, caller),
      })
      byDigest.set(digestOf(token), caller)
      byService.set(caller.admitted.service, caller)
      return caller
    },
    behind: (service: ServicePrincipal) => byService.get(service),
    invalidate: (serviceId: string) => {
      for (const [digest, { principal }] of byDigest.entries()) {
        if (principal.id === serviceId) byDigest.delete(digest)
      }
    },
  })
}

const usualWeight = 10
const weightOf = ({ principal, layers }: Caller): number => {
  const { scopes, token } = principal
  const ops = principal.allowedOps ?? principal.withinOps ?? []
  const tokenId = (token.jti?.length ?? 0) / 64
  return 1 + ops.length + scopes.length + Math.ceil(tokenId) + layers.cost
}
/** Reading the wall clock costs; in between, the other clock tells how far it has gone. */
const wallClockEvery = 1000

const digestOf = (token: string): string => hash('sha256', token, 'base64')

interface CallerOptions extends CallersOptions {
  /** Told of the service whenever it becomes another one. */
  readonly onService: (service: ServicePrincipal) => void
}

const createCaller = (
  { issuer, key, expiresAt }: VerifiedToken<ServiceIssuer>,
  stated: StatedPrincipal,
  enrolled: Principal,
  { clock, registry, policy, layersOf, engines, onService }: CallerOptions,
): Caller => {
  const { keys, rules } = issuer
  // A key may have been withdrawn while its signature was being checked.
  let generation = keys.holds(key) ? keys.generation : Number.NaN
  const deadline = (expiresAt + rules.clockTolerance) * 1000
  let read = { at: Number.NEGATIVE_INFINITY, wall: 0 }
  let principal = enrolled
  let registered = registry.version
  let turnedAway: Refusal | undefined
  let version = policy?.version
  let layers = layersOf(principal)

  /** Who the caller is by now, since the registry has changed. */
  const enrolAnew = (): void => {
    const newest = registry.version
    const now = registry.enrol(stated)
    if (!isRefusal(now) && !isSame(now, principal)) {
      // First: a policy that fails leaves everything as it was, to be asked for again.
      layers = layersOf(now)
      principal = now
      admitted = admit(serviceOf(principal))
      onService(admitted.service)
    }
    turnedAway = isRefusal(now) ? now : undefined
    registered = newest
  }

  const check = (monotonicNow: number): Refusal | undefined => {
    // First: "expired" is told only of a token whose signature is still worth something.
    if (generation !== keys.generation) {
      if (!keys.holds(key)) return keyWithdrawn(rules.issuer)
      generation = keys.generation
    }
    if (!(monotonicNow - read.at < wallClockEvery)) {
      read = { at: monotonicNow, wall: clock.now() }
    }
    const now = read.wall + (monotonicNow - read.at)
    // Not "now >= deadline": a clock that has no answer must not keep tokens alive.
    if (!(now < deadline)) return expired(expiresAt, now / 1000)
    const unavailable = keys.check(monotonicNow)
    if (unavailable) return unavailable
    if (registered !== registry.version) enrolAnew()
    if (turnedAway) return turnedAway
    if (policy && version !== policy.version) {
      // In this order: rules that cannot be had must be asked for again.
      const newest = policy.version
      if (versionFor(policy, subjectOf(principal)) !== layers.version) layers = layersOf(principal)
      version = newest
    }
    return undefined
  }
  const ask = (...question: AskedQuestion): ReturnType<typeof readQuestion> => {
    const asked = readQuestion(...question)
    return typeof asked === 'string' ? asked : (check(clock.monotonic())?.message ?? asked)
  }
  const can: ServicePrincipal['can'] = (...question) => {
    const asked = ask(...question)
    return typeof asked !== 'string' && decide(layers, ...asked).admitted
  }
  const explain: ServicePrincipal['explain'] = async (...question) => {
    if (check(clock.monotonic())?.cause === 'key_set_unavailable') await keys.settle()
    const asked = ask(...question)
    const caller = { layers, principal }
    const found = typeof asked === 'string' ? asked : await decideAll(caller, engines, ...asked)
    return explainDecision(question[0], judgementOf(found))
  }
  const serviceOf = (facts: Principal): ServicePrincipal =>
    createServicePrincipal(facts, {
      ability: () => (check(clock.monotonic()) ? noAbility : layers.ability()),
      can,
      explain,
    })
  let admitted = admit(serviceOf(principal))
  return Object.freeze({
    get principal() {
      return principal
    },
    scopes: new Set(stated.scopes),
    get layers() {
      return layers
    },
    get admitted() {
      return admitted
    },
    check,
    checkAnew: () => keys.settle().then(() => check(clock.monotonic())),
  })
}

/** One token states the same for ever: only what the registry adds can differ. */
const isSame = (one: Principal, other: Principal): boolean =>
  one.id === other.id &&
  one.tier === other.tier &&
  one.attributes === other.attributes &&
  one.registered === other.registered

/** A text or a refusal says why no layer was asked. */
const judgementOf = (found: Decision | Refusal | string): Judgement => {
  if (typeof found === 'string') return { admitted: false, layers: [], obstacle: found }
  return isRefusal(found) ? judgementOf(found.message) : found
}
const noAbility = emptyAbility()

const keyWithdrawn = (issuer: string): Refusal =>
  refuse(
    'key_unknown',
    `the key that signed this token is no longer in the key set of ${issuer}; the caller must ` +
      'fetch a new token',
  )
