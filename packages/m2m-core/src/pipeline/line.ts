import type { Recorder } from '../audit/recorder.js'
import type { Clock } from '../clock/clock.js'
import { createTimestamp } from '../clock/timestamp.js'
import type { Engines } from '../decision/engines.js'
import type { Layers } from '../decision/layers.js'
import { createOperationReader, type Operation } from '../policy/operation.js'
import type { Policy } from '../policy/policy.js'
import type { Principal, ServiceIssuer } from '../principal/identify.js'
import type { Registry } from '../principal/registry.js'
import type { Limiter } from '../quota/limiter.js'
import type { TierRates } from '../quota/service-budgets.js'
import type { TokenVerifier } from '../token/verify-token.js'
import { type Callers, createCallers } from './callers.js'
import { createServiceFacts } from './service-facts.js'

/** What the stages are made of. */
export interface LineOptions {
  readonly verifier: TokenVerifier<ServiceIssuer>
  readonly registry: Registry
  readonly policy: Policy | undefined
  readonly layersOf: (principal: Principal) => Layers
  readonly engines: Engines | undefined
  readonly tierRates: TierRates
  readonly limiter: Limiter
  readonly mostTokens: number
  readonly recorder: Recorder
  readonly clock: Clock
}

/** Everything that the request path reads. */
export interface Line {
  readonly verifier: TokenVerifier<ServiceIssuer>
  readonly registry: Registry
  readonly callers: Callers
  readonly engines: Engines | undefined
  readonly limiter: Limiter
  readonly recorder: Recorder
  readonly clock: Clock
  /** The time for records, ISO 8601 in UTC. */
  readonly timestamp: () => string
  /** What records say of a service. */
  readonly serviceFacts: ReturnType<typeof createServiceFacts>
  /** Reads an operation; those read before are remembered. */
  readonly operationOf: (name: string) => Operation | undefined
}

/** Puts the stages together. */
export const createLine = (options: LineOptions): Line =>
  Object.freeze({
    verifier: options.verifier,
    registry: options.registry,
    callers: createCallers({ ...options, maxTokenLength: options.verifier.maxTokenLength }),
    engines: options.engines,
    limiter: options.limiter,
    recorder: options.recorder,
    clock: options.clock,
    timestamp: createTimestamp(options.clock),
    serviceFacts: createServiceFacts(),
    operationOf: createOperationReader(),
  })
