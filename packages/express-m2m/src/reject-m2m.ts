import type { Request, RequestHandler } from 'express'
import { createUserGuard, type UserGuardOptions } from 'm2m-core'
import { carryOut } from './carry-out.js'

/**
 * Middleware for routes of users, after user auth: refuses services that user auth let in, by the
 * claims it verified. Users, and services acting for one, pass. Reads no header, verifies nothing.
 *
 * @throws ConfigurationError with every problem of the options at once
 */
export const rejectM2M = (options: UserGuardOptions<Request>): RequestHandler => {
  const guard = createUserGuard(options)
  return function M2MRejection(request, response, next) {
    carryOut(request, response, next, guard)
  }
}
