import type { GuardOptions } from 'm2m-core'
import type { ApiPlan, RoutePlan, Step } from '../api-plan.js'

/** The operation that most scenarios ask about. */
export const op = 'transfers:create'

/** What a guard and a decision after it leave in the record of an admitted request. */
export const admitted: readonly string[] = ['scope admitted', 'decision admitted']

/** What a decision against the token's own operations leaves in the record. */
export const denied = 'decision refused layer_forbids'

/** An API whose `/internal` is guarded, with these routes under it. */
export const internalApi = (auth: GuardOptions, routes: readonly RoutePlan[]): ApiPlan =>
  apiWith([{ auth }], routes)

/** An API with these steps before everything under `/internal`. */
export const apiWith = (before: readonly Step[], routes: readonly RoutePlan[]): ApiPlan => ({
  prefix: '',
  inside: [{ prefix: '/internal', before, routes }],
})
