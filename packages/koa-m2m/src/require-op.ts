import type { Context, Middleware } from 'koa'
import { createOperationGuard, type OperationOptions, type RequestGuard } from 'm2m-core'
import { carryOut } from './carry-out.js'

/**
 * Middleware that lets a service pass only if every layer permits the operation. Stands after
 * `m2mAuth`; without one it answers 500 to everything. `resource` and `context` run only once the
 * service is known; the errors they throw are thrown on unchanged,
 * anything else inside an `Error`.
 *
 * @throws ConfigurationError `M2M_CFG_OPERATION_INVALID`
 */
export const requireOp = <View extends Context = Context>(
  operation: string,
  options?: OperationOptions<View>,
): Middleware => {
  const guard = { check: createOperationGuard(operation, options) } as RequestGuard<Context>
  return function M2MOperation(ctx, next) {
    return carryOut(ctx, next, guard)
  }
}
