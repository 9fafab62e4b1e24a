export type { AuditRecord } from './audit/audit-record.js'
export type { AuditSink, Notice } from './audit/audit-sink.js'
export { jsonLines } from './audit/json-lines.js'
export { type Logger, loggerSink } from './audit/logger-sink.js'
export type { Clock } from './clock/clock.js'
export {
  askPolicy,
  createPolicyAsker,
  type PolicyAnswer,
  type PolicyAsker,
} from './decision/ask-policy.js'
export type { Explanation } from './decision/explain.js'
export type { LayerAnswer } from './decision/layer-answer.js'
export type {
  EngineDecision,
  EngineRequest,
  PolicyEngine,
} from './decision/policy-engine.js'
export type { ServicePrincipal } from './decision/service-principal.js'
export type { M2MCause, Stage } from './errors/causes.js'
export type { M2MCode } from './errors/codes.js'
export {
  type ConfigurationCode,
  ConfigurationError,
  type ConfigurationProblem,
} from './errors/configuration-error.js'
export { isM2MError, type M2MError } from './errors/m2m-error.js'
export type { ProblemDetails } from './errors/problem-details.js'
export type { Reply } from './http/reply.js'
export type { M2MRequest } from './http/request.js'
export { type Consequence, consequenceFor, type RequestGuard } from './m2m/consequence.js'
export { createM2M } from './m2m/create-m2m.js'
export type { M2MOrOptions } from './m2m/given-m2m.js'
export { createGuard, type Guard, type GuardOptions } from './m2m/guard.js'
export type { M2M } from './m2m/m2m.js'
export {
  createOperationGuard,
  type OperationGuard,
  type OperationOptions,
} from './m2m/operation-guard.js'
export type { GuardPlacement } from './m2m/placement.js'
export { createRouteChecks, type RouteChecks } from './m2m/route-checks.js'
export {
  announceClosed,
  type Coverage,
  coverageFaults,
  createRoutePlanner,
  howToDeclare,
  type PlannedRoute,
  type RouteDeclaration,
  type RoutePlan,
  type RoutePlanner,
} from './m2m/route-planner.js'
export {
  type Charge,
  findServiceOf,
  quotaOf,
  type Slot,
  serviceOf,
} from './m2m/slot.js'
export {
  createUserGuard,
  type UserGuard,
  type UserGuardOptions,
  type UserGuardPlacement,
} from './m2m/user-guard.js'
export type {
  AuditOptions,
  IssuerOptions,
  M2MOptions,
  QuotaOptions,
  StaticKeys,
} from './options/options.js'
export {
  auth0,
  cognito,
  entra,
  keycloak,
  okta,
  type ProviderOptions,
} from './options/providers.js'
export type { ChargedRequest, Reception } from './pipeline/authenticate.js'
export { nameRequest } from './pipeline/request-id.js'
export type { Admitted, Refused, Verdict } from './pipeline/verdict.js'
export type { Lazily } from './pipeline/when-known.js'
export type { ServiceAbility } from './policy/ability.js'
export { askCondition, type ConditionFacts } from './policy/ask-condition.js'
export { type Condition, checkCondition } from './policy/condition.js'
export { idAlone } from './policy/id-alone.js'
export { commonOperations, isOperationPattern } from './policy/operation.js'
export { type Operator, operators } from './policy/operators.js'
export type { Policy, PolicyRule, PolicySubject } from './policy/policy.js'
export type { Context, Resource, ResourceInput } from './policy/resource.js'
export type { Principal, TrustedClaim } from './principal/identify.js'
export type { ProfileName } from './principal/profiles/profiles.js'
export {
  isRate,
  type RateLimit,
  type RateLimits,
  type RateOptions,
} from './principal/read-rate-limit.js'
export type { ServiceOptions, Services } from './principal/services.js'
export type { BudgetSource } from './quota/budget.js'
export type { OnStoreError } from './quota/limiter.js'
export type { Quota, QuotaState } from './quota/quota.js'
export type { QuotaAnswer, QuotaRate, QuotaStore } from './quota/quota-store.js'
export type { RequiredScope } from './scope/scope-requirement.js'
export type { Algorithm } from './token/algorithms.js'
export type { JsonObject } from './token/compact.js'
