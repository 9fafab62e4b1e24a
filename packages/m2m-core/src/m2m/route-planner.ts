import { ConfigurationError, type ConfigurationProblem } from '../errors/configuration-error.js'
import { quote } from '../errors/quote.js'
import { createProblems } from '../options/problems.js'
import { isJsonObject } from '../token/compact.js'
import {
  createOperationGuard,
  type OperationGuard,
  type OperationOptions,
} from './operation-guard.js'
import { routeUndeclared } from './slot.js'

/**
 * What a route says of itself: every layer must permit `op`. With a `resource` or `context` it is
 * decided once the body is known; without, or where `resourceFrom: 'params'` says that these read
 * no body, before one is parsed.
 */
export type RouteDeclaration<View> = OperationOptions<View> & {
  readonly op: string
  readonly resourceFrom?: 'params'
}

/** Which routes are guarded where these carry declarations. */
export interface Coverage {
  /** All, or only those with an `m2m` member in their config. @defaultValue `'all'` */
  readonly guard?: 'all' | 'declared' | undefined
  /** Whether a route without one is answered 500. @defaultValue `false` */
  readonly everyRouteDeclares?: boolean | undefined
}

/** What is done on a route. */
export interface RoutePlan<View> {
  /** Whether everybody gets in. */
  readonly isOpen?: boolean
  /** Decided before the body is parsed, or after. */
  readonly stage?: 'early' | 'late'
  readonly decide?: OperationGuard<View>
}

/** What a framework knows of a route. */
export interface PlannedRoute {
  /** Its declarations, beside its method and path; without these, of what is not found. */
  readonly config: object
  /**
   * By a schema the framework may turn params into other values before the handler sees them: what is
   * asked about them is decided after that.
   */
  readonly schema?: unknown
}

/** Plans routes by their configs. */
export interface RoutePlanner<View> {
  /**
   * The plan of a route, made when it is first asked for: a route may have been declared before
   * anybody could look. A config that cannot be planned is closed, answered 500, and announced once.
   */
  planOf(route: PlannedRoute): RoutePlan<View>
  /** @throws ConfigurationError for an `m2m` member that is neither right nor `false` */
  check(config: object): void
}

/** What is wrong with how routes are to be covered. */
export const coverageFaults = ({
  guard = 'all',
  everyRouteDeclares = false,
}: Coverage): readonly ConfigurationProblem[] => {
  const problems = createProblems()
  const isKnown = guard === 'all' || guard === 'declared'
  problems.expect(isKnown, 'guard', '"all" or "declared"', guard)
  const isSwitch = typeof everyRouteDeclares === 'boolean'
  problems.expect(isSwitch, 'everyRouteDeclares', 'true or false', everyRouteDeclares)
  return problems.found
}

/** Makes the planner of one guard. */
export const createRoutePlanner = <View>(coverage: Coverage): RoutePlanner<View> => {
  const plans = new WeakMap<object, RoutePlan<View>>()
  return Object.freeze({
    planOf: ({ config, schema }: PlannedRoute) => {
      const known = plans.get(config)
      if (known) return known
      const plan = planOrClose<View>(config, coverage, schema !== undefined)
      plans.set(config, plan)
      return plan
    },
    check: (config: object) => void planRoute(config, {}, false),
  })
}

const planOrClose = <View>(
  config: object,
  coverage: Coverage,
  isChanged: boolean,
): RoutePlan<View> => {
  try {
    return planRoute(config, coverage, isChanged)
  } catch (fault) {
    announceClosed(`${nameOf(config)}: ${fault}`)
    return { stage: 'early', decide: () => routeUndeclared }
  }
}

/** Says on the console, and nowhere else, why a route is answered 500. */
export const announceClosed = (message: string): void =>
  process.emitWarning(`closed ${message}`, { type: 'M2M', code: 'route_undeclared' })

/** What a route without a declaration needs, where all must have one. */
export const howToDeclare = 'add config: { m2m: { op } }, or m2m: false to make it public'

const planRoute = <View>(
  config: object,
  { guard, everyRouteDeclares }: Coverage,
  isChanged: boolean,
): RoutePlan<View> => {
  if (!('m2m' in config)) {
    if (everyRouteDeclares && nameOf(config) !== undefined) throw misdeclared('m2m', howToDeclare)
    return { isOpen: guard === 'declared' }
  }
  if (config.m2m === false) return { isOpen: true }
  const declared = isJsonObject(config.m2m) ? { ...config.m2m } : {}
  const { op, resourceFrom = 'body', ...asked } = declared as Record<string, unknown>
  if (resourceFrom !== 'body' && resourceFrom !== 'params') {
    throw misdeclared('resourceFrom', `expected "params", got ${quote(resourceFrom)}`)
  }
  const decide = createOperationGuard<View>(op as string, asked)
  const looksAtRequest = asked['resource'] !== undefined || asked['context'] !== undefined
  const isLate = looksAtRequest && (isChanged || resourceFrom === 'body')
  return { stage: isLate ? 'late' : 'early', decide }
}

const nameOf = (config: { readonly method?: unknown; readonly url?: unknown }) =>
  'url' in config ? `${config.method} ${config.url}` : undefined

const misdeclared = (path: string, message: string): ConfigurationError =>
  new ConfigurationError([{ code: 'M2M_CFG_OPTION_INVALID', path, message }])
