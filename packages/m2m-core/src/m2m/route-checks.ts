import type { M2MRequest } from '../http/request.js'
import type { RequestGuard } from './consequence.js'
import type { Guard } from './guard.js'
import type { PlannedRoute, RoutePlan, RoutePlanner } from './route-planner.js'

/** What is asked on the way of a request whose route carries its declaration, in this order. */
export interface RouteChecks<View> {
  /** Who is calling, unless the route is open. */
  readonly enter: RequestGuard<View>['check']
  /** What can be decided before a body is parsed. */
  readonly early: RequestGuard<View>['check']
  readonly late: RequestGuard<View>['check']
}

/** The checks of one guard. `routeOf` is asked once for a request: it may cost. */
export const createRouteChecks = <View extends object>(
  { check }: Guard,
  planner: RoutePlanner<View>,
  routeOf: (view: View) => PlannedRoute,
): RouteChecks<View> => {
  const planned = Symbol('plan')
  type Marked = View & { [planned]?: RoutePlan<View>; [decided]?: true }
  const settle =
    (due: 'early' | 'late') =>
    (raw: M2MRequest, view: Marked): ReturnType<RequestGuard<View>['check']> => {
      const { stage, decide } = view[planned] ?? planner.planOf(routeOf(view))
      if (stage !== due || view[decided]) return undefined
      view[decided] = true
      return decide?.(raw, view)
    }
  return Object.freeze({
    enter: (raw: M2MRequest, view: Marked) => {
      const plan = planner.planOf(routeOf(view))
      view[planned] = plan
      return plan.isOpen ? undefined : check(raw)
    },
    early: settle('early'),
    late: settle('late'),
  })
}

/** Several guards on the way of a request all authenticate; what they leave is decided on once. */
const decided: unique symbol = Symbol('decided')
