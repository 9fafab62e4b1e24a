export { getQuota } from './get-quota.js'
export { findService, getService } from './get-service.js'
export { m2mAuth } from './m2m-auth.js'
export { m2mErrorHandler } from './m2m-error-handler.js'
export { rejectM2M } from './reject-m2m.js'
export { requireOp } from './require-op.js'

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
