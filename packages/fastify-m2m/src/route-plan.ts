import type { FastifyRequest } from 'fastify'
import * as core from 'm2m-core'

type Read = 'params' | 'query' | 'body'
// biome-ignore lint/suspicious/noExplicitAny: a config is typed before its route is known
type View = Omit<FastifyRequest, Read> & Record<Read, any>

/**
 * What a route says of itself: every layer must permit `op`. With a `resource` or `context` it is
 * decided in `preHandler`; without, or where `resourceFrom: 'params'` says that these read no body,
 * before one is parsed.
 */
export type RouteDeclaration = core.OperationOptions<View> & { op: string; resourceFrom?: 'params' }

/**
 * Which routes of its scope the plugin guards, `'all'` by default or only those with an `m2m`
 * config; and whether a route without one is answered 500.
 */
export type Coverage = { guard?: 'all' | 'declared'; everyRouteDeclares?: boolean }

/** What is done on a route: whether all get in, and if not, what is decided and when. */
type RoutePlan = { isOpen?: boolean; stage?: string; decide?: core.OperationGuard<FastifyRequest> }

/**
 * Reads a route's config; without a URL it is that of a handler for what is not found.
 *
 * @throws ConfigurationError for an `m2m` that is neither right nor `false`, or is missing
 */
export const planRoute = (config: object, { guard, everyRouteDeclares }: Coverage): RoutePlan => {
  const isDeclared = 'm2m' in config
  if (!isDeclared && everyRouteDeclares && 'url' in config) throw misuse('m2m', 'expected one')
  if (!isDeclared || config.m2m === false) return { isOpen: isDeclared || guard === 'declared' }
  const declared = typeof config.m2m === 'object' ? { ...config.m2m } : {}
  const { op, resourceFrom = 'body', ...asked } = declared as RouteDeclaration
  if (!['body', 'params'].includes(resourceFrom)) throw misuse('resourceFrom', 'expected "params"')
  const stage = resourceFrom === 'body' && Object.keys(asked)[0] ? 'preHandler' : 'preParsing'
  return { stage, decide: core.createOperationGuard(op, asked) }
}

/** For routes that do not say, or not clearly, what they need: nobody gets through. */
const closed: RoutePlan = { stage: 'preParsing', decide: () => core.routeUndeclared }

/**
 * Plans a route when it is first asked for: a plugin is not shown the routes that were declared
 * before it was loaded. What cannot be planned is closed, and announced once.
 */
export const planRequests = (coverage: Coverage): ((request: FastifyRequest) => RoutePlan) => {
  const plans = new WeakMap<object, RoutePlan>()
  return ({ routeOptions: { config } }) => {
    try {
      if (!plans.has(config)) plans.set(config, planRoute(config, coverage))
    } catch (fault) {
      plans.set(config, closed)
      process.emitWarning(`${config.method} ${config.url} is closed: ${fault}`, 'M2M')
    }
    return plans.get(config) ?? closed
  }
}

/** The error for one option that is wrong. */
export const misuse = (path: string, message: string): core.ConfigurationError =>
  new core.ConfigurationError([{ code: 'M2M_CFG_OPTION_INVALID', path, message }])
