import type { Middleware } from 'koa'
import { createGuard, type GuardOptions } from 'm2m-core'
import { carryOut } from './carry-out.js'

/**
 * Middleware that lets only services pass: it verifies the access token, that a machine and no user
 * stands behind it, and its scope. What the service may do is `requireOp`'s matter. Refusals are
 * answered here and end the chain; unknown faults are thrown.
 *
 * @throws ConfigurationError with every problem of the options at once
 */
export const m2mAuth = (options: GuardOptions): Middleware => {
  const guard = createGuard(options)
  return function M2MAuthorization(ctx, next) {
    return carryOut(ctx, next, guard)
  }
}
