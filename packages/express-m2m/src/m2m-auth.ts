import type { RequestHandler } from 'express'
import { createGuard, type GuardOptions, type ServicePrincipal } from 'm2m-core'
import { carryOut } from './carry-out.js'

declare global {
  namespace Express {
    interface Request {
      /** A courtesy copy of the calling service; `getService(req)` is the one to trust. */
      service?: ServicePrincipal
    }
  }
}

/**
 * Middleware that lets only services pass: it verifies the access token, that a machine and no user
 * stands behind it, and its scope. What the service may do is `requireOp`'s matter. Refusals are
 * answered here and end the chain; unknown faults go to `next`.
 *
 * @throws ConfigurationError with every problem of the options at once
 */
export const m2mAuth = (options: GuardOptions): RequestHandler => {
  const guard = createGuard(options)
  return function M2MAuthorization(request, response, next) {
    carryOut(request, response, next, guard)
  }
}
