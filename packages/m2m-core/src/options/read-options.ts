import type { AuditSink } from '../audit/audit-sink.js'
import { stderrSink } from '../audit/stderr-sink.js'
import { type Clock, systemClock } from '../clock/clock.js'
import type { PolicyEngine } from '../decision/policy-engine.js'
import type { Policy } from '../policy/policy.js'
import type { RegisteredService } from '../principal/registry.js'
import { isJsonObject } from '../token/compact.js'
import { readEnvironment } from './environment.js'
import type { M2MOptions } from './options.js'
import type { Problems } from './problems.js'
import { readEngines } from './read-engines.js'
import { type IssuerSettings, issuerOptionNames, readIssuer } from './read-issuer.js'
import { readPolicy } from './read-policy.js'
import { type QuotaSettings, readQuota } from './read-quota.js'
import { readServices } from './read-services.js'

/** The options, checked and with every default filled in. */
export interface Settings {
  readonly issuers: readonly IssuerSettings[]
  /** Whether the issuer came from the environment. */
  readonly isFromEnvironment: boolean
  readonly services: readonly RegisteredService[]
  /** Whether the services are those of the policy, and follow it. */
  readonly followsPolicy: boolean
  readonly requireRegistered: boolean
  readonly policy: Policy | undefined
  readonly engines: readonly PolicyEngine[]
  readonly engineTimeout: number
  readonly quota: QuotaSettings
  readonly wildcardOps: boolean
  readonly clockTolerance: number
  readonly maxTokenLifetime: number
  readonly maxTokenLength: number
  readonly sinks: readonly AuditSink[]
  readonly unauthenticatedPerSecond: number
  readonly clock: Clock
  readonly fetch: typeof globalThis.fetch
}

const generalNames: readonly (keyof M2MOptions)[] = [
  'issuers',
  'services',
  'requireRegistered',
  'policy',
  'engines',
  'engineTimeout',
  'quota',
  'wildcardOps',
  'clockTolerance',
  'maxTokenLifetime',
  'maxTokenLength',
  'audit',
  'clock',
  'fetch',
]
/** The options of `m2mAuth` that `createM2M` does not have; known here for hints only. */
export const placementNames: readonly string[] = [
  'requiredScope',
  'refusals',
  'property',
  'header',
  'onForeignToken',
  'onNoCredential',
  'm2m',
]

/** Every option of `createM2M`. */
const optionNames: readonly string[] = Object.freeze([...issuerOptionNames, ...generalNames])

/** Checks all options; what is wrong is added to the problems, nothing is thrown. */
export const readOptions = (options: M2MOptions, problems: Problems): Settings => {
  const given = isJsonObject(options) ? options : {}
  problems.expect(isJsonObject(options), 'options', 'an object', options)
  const { policy, wildcardOps, requireRegistered, audit, clock, fetch } = given as M2MOptions
  problems.unknown(given, optionNames, '', placementNames)
  const fromPolicy = readPolicy(policy, given['services'], problems)
  const isSwitch = wildcardOps === undefined || typeof wildcardOps === 'boolean'
  problems.expect(isSwitch, 'wildcardOps', 'true or false', wildcardOps)
  const isRegister = requireRegistered === undefined || typeof requireRegistered === 'boolean'
  problems.expect(isRegister, 'requireRegistered', 'true or false', requireRegistered)
  const services = given['services'] === undefined ? fromPolicy : given['services']
  if (requireRegistered === true && services === undefined) {
    const message =
      'expected services beside requireRegistered; {} for those to come by setServices'
    problems.add('M2M_CFG_SERVICES_INVALID', 'services', message)
  }
  const isFetch = fetch === undefined || typeof fetch === 'function'
  problems.expect(isFetch, 'fetch', 'a function like the global fetch', fetch)
  const isClock =
    clock === undefined ||
    (typeof clock?.now === 'function' && typeof clock.monotonic === 'function')
  problems.expect(isClock, 'clock', 'an object with now and monotonic', clock)
  const number = (name: string, fallback: number, least: number, most: number): number =>
    readNumber(given[name], name, { fallback, least, most }, problems)
  const issuers = readIssuers(given, problems)
  const names = issuers.issuers.map(({ issuer }) => issuer)
  return {
    ...issuers,
    services: readServices(services, names, problems),
    followsPolicy: fromPolicy !== undefined,
    requireRegistered: requireRegistered === true,
    policy,
    engines: readEngines(given['engines'], problems),
    engineTimeout: number('engineTimeout', 250, 1, 10_000),
    quota: readQuota(given['quota'], policy, problems),
    wildcardOps: wildcardOps ?? false,
    clockTolerance: number('clockTolerance', 5, 0, 120),
    maxTokenLifetime: number('maxTokenLifetime', 86_400, 1, 31_536_000),
    maxTokenLength: number('maxTokenLength', 8192, 256, 16_384),
    ...readAudit(audit, problems),
    clock: clock ?? systemClock,
    fetch: fetch ?? ((...request) => globalThis.fetch(...request)),
  }
}

const readNumber = (
  value: unknown,
  path: string,
  { fallback, least, most }: { fallback: number; least: number; most: number },
  problems: Problems,
): number => {
  if (value === undefined) return fallback
  const isRight = typeof value === 'number' && value >= least && value <= most
  return problems.expect(isRight, path, `a number from ${least} to ${most}`, value)
    ? (value as number)
    : fallback
}

const readIssuers = (
  options: Readonly<Record<string, unknown>>,
  problems: Problems,
): Pick<Settings, 'issuers' | 'isFromEnvironment'> => {
  const { issuers } = options
  const own = issuerOptionNames.filter((name) => options[name] !== undefined)
  if (issuers !== undefined) return readSeveral(issuers, own, problems)
  // An issuer that is named but undefined is a variable that was not set, not a wish for ours.
  const environment = 'issuer' in options ? undefined : readEnvironment()
  if (!environment) {
    return { issuers: [readIssuer(options, '', true, problems)], isFromEnvironment: false }
  }
  for (const name of own.filter((one) => ['audience', 'jwksUri', 'jwks'].includes(one))) {
    const message = `expected ${name} together with issuer; M2M_ISSUER, M2M_AUDIENCE and M2M_JWKS_URI count as one set`
    problems.add('M2M_CFG_ISSUER_MISSING', name, message)
  }
  const merged = { ...options, ...environment }
  return { issuers: [readIssuer(merged, '', true, problems)], isFromEnvironment: true }
}

const readSeveral = (
  issuers: unknown,
  own: readonly string[],
  problems: Problems,
): Pick<Settings, 'issuers' | 'isFromEnvironment'> => {
  for (const name of own) {
    const message = 'expected it inside issuers, since issuers is given'
    problems.add('M2M_CFG_OPTION_INVALID', name, message)
  }
  const list: readonly unknown[] = Array.isArray(issuers) ? Array.from(issuers) : []
  if (list.length === 0) {
    const message = 'expected a list of at least one issuer'
    problems.add('M2M_CFG_ISSUER_MISSING', 'issuers', message)
  }
  const read = list.map((one, index) => {
    const path = `issuers[${index}]`
    const given = isJsonObject(one) ? one : {}
    problems.expect(isJsonObject(one), path, 'an object', one)
    problems.unknown(given, issuerOptionNames, `${path}.`)
    return readIssuer(given, `${path}.`, list.length === 1, problems)
  })
  for (const [index, { issuer }] of read.entries()) {
    if (read.findIndex((other) => other.issuer === issuer) === index) continue
    const message = 'expected each issuer once; join their audiences in one entry'
    problems.add('M2M_CFG_ISSUER_DUPLICATE', `issuers[${index}].issuer`, message)
  }
  return { issuers: read, isFromEnvironment: false }
}

const readAudit = (
  audit: M2MOptions['audit'],
  problems: Problems,
): Pick<Settings, 'sinks' | 'unauthenticatedPerSecond'> => {
  const given = isJsonObject(audit) ? audit : {}
  problems.expect(audit === undefined || isJsonObject(audit), 'audit', 'an object', audit)
  problems.unknown(given, ['sinks', 'unauthenticatedPerSecond'], 'audit.')
  const sinks: unknown = given['sinks']
  const list: readonly unknown[] = Array.isArray(sinks) ? Array.from(sinks) : []
  const areSinks = sinks === undefined || (Array.isArray(sinks) && list.every(isSink))
  const expected =
    'a list of sinks, each with write(); admitted and required are true or false, and a required one takes admitted calls'
  problems.expect(areSinks, 'audit.sinks', expected, sinks)
  const limits = { fallback: 100, least: 0, most: 1_000_000 }
  const path = 'audit.unauthenticatedPerSecond'
  return {
    sinks: sinks === undefined || !areSinks ? [stderrSink(process.stderr)] : (list as AuditSink[]),
    unauthenticatedPerSecond: readNumber(given['unauthenticatedPerSecond'], path, limits, problems),
  }
}

const isSink = (value: unknown): boolean => {
  if (!isJsonObject(value)) return false
  const { write, notice, admitted, required } = value
  const isOptional = (member: unknown, type: string): boolean =>
    member === undefined || typeof member === type
  return (
    typeof write === 'function' &&
    isOptional(notice, 'function') &&
    isOptional(admitted, 'boolean') &&
    isOptional(required, 'boolean') &&
    !(required === true && admitted === false)
  )
}
