import { createRecorder, type Recorder } from '../audit/recorder.js'
import { createEngines, type Engines } from '../decision/engines.js'
import type { ServicePrincipal } from '../decision/service-principal.js'
import { createSharedLayers } from '../decision/shared-layers.js'
import { ConfigurationError } from '../errors/configuration-error.js'
import { quote } from '../errors/quote.js'
import type { M2MOptions } from '../options/options.js'
import { createProblems, throwProblems } from '../options/problems.js'
import { readOptions, type Settings } from '../options/read-options.js'
import { authenticate, authorizeScope } from '../pipeline/authenticate.js'
import { authorize } from '../pipeline/authorize.js'
import type { Caller } from '../pipeline/caller.js'
import { createLine } from '../pipeline/line.js'
import { turnAway } from '../pipeline/turn-away.js'
import { createRegistry, type Registry } from '../principal/registry.js'
import { createLimiter } from '../quota/limiter.js'
import {
  parseRequiredScope,
  type RequiredScope,
  type ScopeRequirement,
} from '../scope/scope-requirement.js'
import { aCost, isCost } from './cost.js'
import { createIssuer } from './create-issuer.js'
import { checkServices, followServices } from './follow-services.js'
import { insecureKeys, throwKeyFaults, weakKeys } from './key-faults.js'
import type { M2M } from './m2m.js'

const mostTokens = 5000
const mostPending = 1000
const requiredTimeout = 5000
const mostRequirements = 100

/**
 * Builds the machine half of an API's authorization. Nothing is fetched before the first request
 * or `ready()`.
 *
 * @throws ConfigurationError with every problem at once; codes `M2M_CFG_*`
 */
export const createM2M = (options: M2MOptions): M2M => {
  const problems = createProblems()
  const settings = readOptions(options, problems)
  throwProblems(problems.found)
  return assembleM2M(settings)
}

/** Builds an M2M from options that were checked. */
export const assembleM2M = (settings: Settings): M2M => {
  const { clock, policy, wildcardOps, unauthenticatedPerSecond, maxTokenLength } = settings
  const recorder = createRecorder(
    settings.sinks,
    { unauthenticatedPerSecond, mostPending, requiredTimeout },
    clock,
  )
  const issuers = settings.issuers.map((issuer) => createIssuer(issuer, settings, recorder))
  const registry = registryOf(settings, recorder)
  const engines = enginesOf(settings, recorder)
  const line = createLine({
    registry,
    engines,
    tierRates: settings.quota.tierRates,
    limiter: createLimiter({ ...settings.quota, clock, announce: recorder.notice }),
    verifier: {
      issuers: new Map(issuers.map((issuer) => [issuer.rules.issuer, issuer])),
      maxTokenLength,
      clock,
    },
    policy,
    layersOf: createSharedLayers({ policy, wildcardOps, hasSeveralIssuers: issuers.length > 1 }),
    mostTokens,
    recorder,
    clock,
  })
  announceStart(settings, recorder)

  const requirements = new Map<RequiredScope, ScopeRequirement>([[null, noScope]])
  const requirementOf = (requiredScope: RequiredScope | undefined): ScopeRequirement => {
    const known = requirements.get(requiredScope as RequiredScope)
    if (known) return known
    const parsed = parseRequiredScope(requiredScope)
    if ('code' in parsed) throw new ConfigurationError([parsed])
    // What can still be changed is read anew each time.
    const isWorthKeeping = Object.isFrozen(requiredScope) && requirements.size < mostRequirements
    if (isWorthKeeping) requirements.set(requiredScope as RequiredScope, parsed)
    return parsed
  }
  const callerBehind = (service: ServicePrincipal): Caller => {
    const caller = line.callers.behind(service)
    if (caller) return caller
    throw new TypeError('expected a service that authenticate() of this M2M handed out')
  }
  const fetchAll = async (how: 'ready' | 'refresh'): Promise<readonly Error[]> => {
    const results = await Promise.allSettled(issuers.map(({ keys }) => keys[how]()))
    return results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  }
  const beReady = async (): Promise<void> => {
    announceLocalQuota(settings, recorder)
    const faults = await fetchAll('ready')
    throwKeyFaults([...insecureKeys(settings.issuers), ...faults, ...weakKeys(issuers)])
  }

  return Object.freeze({
    // An undefined scope that is spelled out is a mistake, not "none".
    authenticate: (request, options) =>
      authenticate(
        line,
        request,
        options && 'requiredScope' in options ? requirementOf(options.requiredScope) : noScope,
        options,
      ),
    authorize: (service, operation, resource, context, request, cost = 1) =>
      authorize(line, callerBehind(service), {
        operation,
        resource,
        context,
        request,
        cost: readCost(cost),
      }),
    authorizeScope: (service, requiredScope, request) =>
      authorizeScope(line, callerBehind(service), requirementOf(requiredScope), request),
    rejectService: (claims, request) => turnAway(line, claims, request),
    explain: async (service, ...question) =>
      callerBehind(service).admitted.service.explain(...question),
    setServices: (services) => {
      if (settings.followsPolicy) throw new ConfigurationError([servicesInPolicy])
      registry.replace(checkServices(services, issuerNames(settings)))
    },
    ready: beReady,
    refresh: async () => throwKeyFaults(await fetchAll('refresh')),
    invalidate: async (serviceId) => {
      line.callers.invalidate(serviceId)
      engines?.invalidate(serviceId)
    },
    close: async () => {
      for (const { keys } of issuers) keys.close()
      await recorder.flush()
    },
  } satisfies M2M)
}

const readCost = (cost: number): number => {
  if (isCost(cost)) return cost
  throw new TypeError(`expected a cost of ${aCost}, got ${quote(cost)}`)
}

const enginesOf = (settings: Settings, recorder: Recorder): Engines | undefined => {
  const { engines, engineTimeout: timeout, clock } = settings
  if (engines.length === 0) return undefined
  return createEngines(engines, { timeout, clock, announce: recorder.notice })
}

const registryOf = (settings: Settings, recorder: Recorder): Registry => {
  const { services, requireRegistered, policy, followsPolicy } = settings
  const registry = createRegistry(services, requireRegistered)
  return policy && followsPolicy
    ? followServices(registry, policy, issuerNames(settings), recorder)
    : registry
}

const issuerNames = ({ issuers }: Settings): readonly string[] =>
  issuers.map(({ issuer }) => issuer)

const servicesInPolicy = {
  code: 'M2M_CFG_SERVICES_INVALID',
  path: 'services',
  message: 'expected no services beside those of the policy; change them there',
} as const

const noScope = parseRequiredScope(null) as ScopeRequirement

const announceLocalQuota = ({ quota }: Settings, recorder: Recorder): void => {
  if (quota.store !== undefined || quota.instances === 1) return
  const message = `budgets are kept in this process and there are ${quota.instances} of it: together they let through ${quota.instances} times what is named; give quota a store`
  recorder.notice('warn', 'quota_store_local', message)
}

const announceStart = ({ isFromEnvironment, issuers }: Settings, recorder: Recorder): void => {
  for (const { message } of insecureKeys(issuers)) {
    recorder.notice('warn', 'keys_insecure', message)
  }
  if (!isFromEnvironment) return
  const [only] = issuers
  const keys = only?.jwksUri ? `, keys at ${only.jwksUri} from M2M_JWKS_URI` : ''
  const message = `issuer ${only?.issuer} from M2M_ISSUER, audience ${only?.audience} from M2M_AUDIENCE${keys}`
  recorder.notice('info', 'environment_used', message)
}
