import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import { createGuard, type GuardOptions, loggerSink, type ServicePrincipal } from 'm2m-core'
import { type Check, makeHook } from './make-hook.js'
import * as routes from './route-plan.js'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route needs; `false` makes it public under a guard. */
    m2m?: routes.RouteDeclaration | false
  }
  interface FastifyRequest {
    /** A courtesy copy of the calling service; `getService(request)` is the one to trust. */
    service: ServicePrincipal | null
  }
}

/** The options of the plugin: those of `m2mAuth`, and which routes of the scope they are for. */
export type FastifyM2MOptions = GuardOptions & routes.Coverage & { prefix?: never }

const plugin: FastifyPluginAsync<FastifyM2MOptions> = async (fastify, options) => {
  const { prefix, guard = 'all', everyRouteDeclares = false, ...rest } = options
  if (prefix !== undefined) throw routes.misuse('prefix', 'it limits nothing: wrap it in a scope')
  if (!['all', 'declared'].includes(guard)) throw routes.misuse('guard', 'all or declared')
  const log = { sinks: [{ ...loggerSink(fastify.log), admitted: false }] }
  const logged = 'm2m' in rest ? rest : { ...rest, audit: { ...log, ...rest.audit } }
  const { check, property } = createGuard(logged)
  if (!fastify.hasRequestDecorator(property)) fastify.decorateRequest(property, null)
  const undeclared: string[] = []
  fastify.addHook('onRoute', ({ method, url, config = {} }) => {
    if ('m2m' in config) routes.planRoute(config, {})
    else if (everyRouteDeclares) undeclared.push(`${method} ${url}`)
  })
  fastify.addHook('onReady', async () => {
    if (undeclared[0]) process.emitWarning(`closed for want of m2m: ${undeclared}`, 'M2M')
  })
  const planOf = routes.planRequests({ guard, everyRouteDeclares })
  const enter: Check<FastifyRequest> = (raw, view) => (planOf(view).isOpen ? undefined : check(raw))
  const settle = (due: string, ...[raw, view]: Parameters<typeof enter>) => {
    const { stage, decide } = planOf(view)
    if (stage !== due || decided in view) return undefined
    return decide?.(raw, Object.assign(view, { [decided]: true }))
  }
  const early = makeHook('M2MDecision', { check: settle.bind(null, 'preParsing') })
  fastify.addHook('onRequest', makeHook('M2MAuthorization', { check: enter, property }))
  fastify.addHook('preParsing', (request, reply, _body, done) => early(request, reply, done))
  fastify.addHook('preHandler', makeHook('M2MDecision', { check: settle.bind(null, 'preHandler') }))
}

/** Several guards on the way of a request all authenticate; what they leave is decided on once. */
const decided = Symbol('decided')

/** Guards the scope it is registered in, and the scopes inside that are registered after it. */
export const fastifyM2M = fastifyPlugin(plugin, { name: 'fastify-m2m', fastify: '5.x' })
