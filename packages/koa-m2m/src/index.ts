export {
  type AuditRecord,
  type AuditSink,
  type Condition,
  ConfigurationError,
  createM2M,
  type GuardOptions,
  isM2MError,
  jsonLines,
  loggerSink,
  type M2M,
  type M2MCode,
  type M2MOptions,
  type OperationOptions,
  type Policy,
  type PolicyRule,
  type RequiredScope,
  type ServicePrincipal,
  type UserGuardOptions,
  type Verdict,
} from 'm2m-core'
export { findService, getService } from './get-service.js'
export { m2mAuth } from './m2m-auth.js'
export { rejectM2M } from './reject-m2m.js'
export { requireOp } from './require-op.js'
