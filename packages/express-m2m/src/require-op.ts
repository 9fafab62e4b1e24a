import type { Request, RequestHandler } from 'express'
import { createOperationGuard, type OperationOptions, type RequestGuard } from 'm2m-core'
import { carryOut } from './carry-out.js'

/**
 * Middleware that lets a service pass only if every layer permits the operation. Stands after
 * `m2mAuth`; without one it answers 500 to everything. `resource` and `context` run only once the
 * service is known; the errors they throw go to `next` unchanged, anything else inside an `Error`.
 *
 * @throws ConfigurationError `M2M_CFG_OPERATION_INVALID`
 */
export const requireOp = <Params = Record<string, string>>(
  operation: string,
  options?: OperationOptions<Request<Params>>,
): RequestHandler<Params> => {
  const guard = { check: createOperationGuard(operation, options) }
  return function M2MOperation(request, response, next) {
    carryOut(request as Request, response, next, guard as RequestGuard<Request>)
  }
}
