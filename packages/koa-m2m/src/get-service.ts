import type { ExtendableContext } from 'koa'
import { findServiceOf, type ServicePrincipal, serviceOf } from 'm2m-core'

/**
 * The service that `m2mAuth` admitted. Never undefined: reads what the guard left on Node's own
 * request, not `ctx.state.service`, so a value that someone else put there is not returned.
 *
 * @throws M2MError `M2M_CFG_GUARD_MISSING` when no `m2mAuth` ran before this handler
 */
export const getService = (ctx: Pick<ExtendableContext, 'req'>): ServicePrincipal =>
  serviceOf(ctx.req)

/** The same, and undefined where no service was admitted: for paths that users share. */
export const findService = (ctx: Pick<ExtendableContext, 'req'>): ServicePrincipal | undefined =>
  findServiceOf(ctx.req)
