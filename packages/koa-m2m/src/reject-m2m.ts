import type { Context, Middleware } from 'koa'
import { createUserGuard, type RequestGuard, type UserGuardOptions } from 'm2m-core'
import { carryOut } from './carry-out.js'

/**
 * Middleware for routes of users, after user auth: refuses services that user auth let in, by the
 * claims it verified. Users, and services acting for one, pass. Reads no header, verifies nothing.
 *
 * @throws ConfigurationError with every problem of the options at once
 */
export const rejectM2M = <View extends Context = Context>(
  options: UserGuardOptions<View>,
): Middleware => {
  const guard = createUserGuard(options) as RequestGuard<Context>
  return function M2MRejection(ctx, next) {
    return carryOut(ctx, next, guard)
  }
}
