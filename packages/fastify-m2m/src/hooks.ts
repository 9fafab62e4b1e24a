import type { FastifyRequest } from 'fastify'
import * as core from 'm2m-core'
import { type HookRequest, type M2MHook, makeHook } from './make-hook.js'

/**
 * A hook that lets only services pass: it verifies the access token, that a machine and no user
 * stands behind it, and its scope. The plugin runs it for a whole scope; by itself it guards the
 * routes that name it, and composes with `@fastify/auth`. Unknown faults go to Fastify.
 *
 * @throws ConfigurationError with every problem of the options at once
 */
export const m2mAuth = (options: core.GuardOptions): M2MHook =>
  makeHook('M2MAuthorization', core.createGuard(options))

/**
 * A hook that lets a service pass only if every layer permits the operation: `preHandler` of a
 * route where `resource` or `context` reads the body, else `onRequest`. Stands after the guard;
 * without one it answers 500 to everything. The errors that the functions throw go to
 * Fastify unchanged, anything else inside an `Error`.
 *
 * @throws ConfigurationError `M2M_CFG_OPERATION_INVALID`
 */
export const requireOp = <View = FastifyRequest>(
  op: string,
  options?: core.OperationOptions<View>,
): M2MHook => makeHook('M2MOperation', { check: core.createOperationGuard(op, options) })

/**
 * A hook for routes of users, after user auth: refuses services that user auth let in, by the
 * claims it verified. Users, and services acting for one, pass. Reads no header, verifies nothing.
 *
 * @throws ConfigurationError with every problem of the options at once
 */
export const rejectM2M = <View = FastifyRequest>(options: core.UserGuardOptions<View>): M2MHook =>
  makeHook('M2MRejection', core.createUserGuard(options))

/**
 * The service that the guard admitted. Never null: reads what the guard left, not
 * `request.service`, so a value that someone else put there is not returned.
 *
 * @throws M2MError `M2M_CFG_GUARD_MISSING` when no guard ran before this handler
 */
export const getService = ({ raw }: HookRequest): core.ServicePrincipal => core.serviceOf(raw)

/** The same, and undefined where no service was admitted: for paths that users share. */
export const findService = ({ raw }: HookRequest): core.ServicePrincipal | undefined =>
  core.findServiceOf(raw)

/**
 * How the budgets stand that this request was charged to; undefined where nobody limits the calling
 * service. What `RateLimit` tells the caller.
 */
export const getQuota = ({ raw }: HookRequest): core.Quota | undefined => core.quotaOf(raw)
