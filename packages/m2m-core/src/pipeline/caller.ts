import type { Clock } from '../clock/clock.js'
import { type Decision, decide } from '../decision/decide.js'
import { decideAll, type Engines } from '../decision/engines.js'
import { explainDecision, type Judgement } from '../decision/explain.js'
import type { Layers } from '../decision/layers.js'
import { type AskedQuestion, readQuestion } from '../decision/read-question.js'
import type { MakeServicePrincipal, ServicePrincipal } from '../decision/service-principal.js'
import { isRefusal, type Refusal, refuse } from '../errors/refusal.js'
import { emptyAbility, type ServiceAbility } from '../policy/ability.js'
import { type Policy, subjectOf, versionFor } from '../policy/policy.js'
import type { Principal, ServiceIssuer, StatedPrincipal } from '../principal/identify.js'
import type { Registry } from '../principal/registry.js'
import { budgetsOf, type ServiceBudgets, type TierRates } from '../quota/service-budgets.js'
import { expired } from '../token/check-claims.js'
import type { VerifiedToken } from '../token/verify-token.js'
import { type Admitted, admit } from './verdict.js'

/** A verified, classified caller: what all decisions about it read. */
export interface Caller {
  readonly principal: Principal
  readonly scopes: ReadonlySet<string>
  readonly layers: Layers
  /** What it may use; undefined where nobody limits it. */
  readonly budgets: ServiceBudgets | undefined
  readonly admitted: Admitted
  /** Why the caller is no longer what it was when verified; undefined while it is. */
  check(monotonicNow: number): Refusal | undefined
  /** `check`, after waiting for keys that a fetch might bring. */
  checkAnew(): Promise<Refusal | undefined>
}

/** Reading the wall clock costs; in between, the other clock tells how far it has gone. */
const wallClockEvery = 1000

/** What a caller is made from. */
export interface CallerOptions {
  readonly clock: Clock
  readonly registry: Registry
  readonly policy: Policy | undefined
  readonly layersOf: (principal: Principal) => Layers
  readonly engines: Engines | undefined
  readonly tierRates: TierRates
  readonly makeService: MakeServicePrincipal
  /** Told of the service whenever it becomes another one. */
  readonly onService: (service: ServicePrincipal) => void
}

/** Makes the caller behind a token that was just verified, as the registry has enrolled it. */
export const createCaller = (
  { issuer, key, expiresAt }: VerifiedToken<ServiceIssuer>,
  stated: StatedPrincipal,
  enrolled: Principal,
  { clock, registry, policy, layersOf, engines, tierRates, makeService, onService }: CallerOptions,
): Caller => {
  const { keys, rules } = issuer
  // A key may have been withdrawn while its signature was being checked.
  let generation = keys.holds(key) ? keys.generation : Number.NaN
  const deadline = (expiresAt + rules.clockTolerance) * 1000
  let read = { at: Number.NEGATIVE_INFINITY, wall: 0 }
  let registered = registry.version
  let turnedAway: Refusal | undefined
  let version = policy?.version

  /** Who the caller is by now, since the registry has changed. */
  const enrolAnew = (): void => {
    const newest = registry.version
    const now = registry.enrol(stated)
    // First: a policy that fails leaves everything as it was, to be asked for again.
    if (!isRefusal(now) && !isSame(now, caller.principal)) Object.assign(caller, factsOf(now))
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
      const { principal } = caller
      const isNew = versionFor(policy, subjectOf(principal)) !== caller.layers.version
      if (isNew) caller.layers = layersOf(principal)
      caller.budgets = budgetsOf(principal, tierRates)
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
    return typeof asked !== 'string' && decide(caller.layers, ...asked).admitted
  }
  const explain: ServicePrincipal['explain'] = async (...question) => {
    if (check(clock.monotonic())?.cause === 'key_set_unavailable') await keys.settle()
    const asked = ask(...question)
    const found = typeof asked === 'string' ? asked : await decideAll(caller, engines, ...asked)
    return explainDecision(question[0], judgementOf(found))
  }
  const ability = (): ServiceAbility =>
    check(clock.monotonic()) ? noAbility : caller.layers.ability()
  const factsOf = (
    principal: Principal,
  ): Pick<Caller, 'principal' | 'layers' | 'budgets' | 'admitted'> => {
    const [layers, budgets] = [layersOf(principal), budgetsOf(principal, tierRates)]
    const service = makeService(principal, { ability, can, explain })
    onService(service)
    return { principal, layers, budgets, admitted: admit(service) }
  }
  const checkAnew = (): Promise<Refusal | undefined> =>
    keys.settle().then(() => check(clock.monotonic()))
  const scopes = new Set(stated.scopes)
  // Changed in place: getters would cost each of many callers a layout of its own.
  const caller: Changing<Caller> = { ...factsOf(enrolled), scopes, check, checkAnew }
  return caller
}

type Changing<T> = { -readonly [Name in keyof T]: T[Name] }

/** One token states the same for ever: only what the registry adds can differ. */
const isSame = (one: Principal, other: Principal): boolean =>
  one.id === other.id &&
  one.tier === other.tier &&
  one.attributes === other.attributes &&
  one.registeredRate === other.registeredRate &&
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
