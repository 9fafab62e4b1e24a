export type { FastifyM2MOptions, RouteDeclaration } from './fastify-m2m.js'
// biome-ignore lint/style/noDefaultExport: what Fastify's register() takes from a module
export { fastifyM2M, fastifyM2M as default } from './fastify-m2m.js'
export { findService, getQuota, getService, m2mAuth, rejectM2M, requireOp } from './hooks.js'

// From the core, so that one package is all to install: what can be called,

export { ConfigurationError, createM2M, isM2MError, jsonLines, loggerSink } from 'm2m-core'

// issuers by the names that their providers use,

export { auth0, cognito, entra, keycloak, okta } from 'm2m-core'

// what can be configured,

export type {
  GuardOptions,
  M2MOptions,
  OperationOptions,
  RequiredScope,
} from 'm2m-core'

// who is who,

export type { IssuerOptions, ServiceOptions, Services } from 'm2m-core'

// with ports of one's own,

export type { AuditRecord, AuditSink, Condition, Policy, PolicyRule, QuotaStore } from 'm2m-core'

// and what comes of it.

export type { M2M, M2MCode, Quota, ServicePrincipal, UserGuardOptions, Verdict } from 'm2m-core'
