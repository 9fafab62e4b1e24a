import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import fastifyPlugin from 'fastify-plugin'
import * as core from 'm2m-core'
import { makeHook } from './make-hook.js'

type Read = 'params' | 'query' | 'body'
// biome-ignore lint/suspicious/noExplicitAny: a config is typed before its route is known
type View = Omit<FastifyRequest, Read> & Record<Read, any>

/** What a route says of itself, as `config: { m2m: { op, resource, context, resourceFrom } }`. */
export type RouteDeclaration = core.RouteDeclaration<View>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What the route needs; `false` makes it public under a guard. */
    m2m?: RouteDeclaration | false
  }
  interface FastifyRequest {
    /** A courtesy copy of the calling service; `getService(request)` is the one to trust. */
    service: core.ServicePrincipal | null
  }
}

/** The options of the plugin: those of `m2mAuth`, and which routes of the scope they are for. */
export type FastifyM2MOptions = core.GuardOptions & core.Coverage & { prefix?: never }

const plugin: FastifyPluginAsync<FastifyM2MOptions> = async (fastify, options) => {
  const { prefix, guard, everyRouteDeclares, ...rest } = options
  const faults = [...core.coverageFaults(options), ...(prefix === undefined ? [] : [misplaced])]
  const log = { sinks: [{ ...core.loggerSink(fastify.log), admitted: false }] }
  const logged = 'm2m' in rest ? rest : { ...rest, audit: { ...log, ...rest.audit } }
  const entrance = core.createGuard(logged, faults)
  const { property } = entrance
  if (!fastify.hasRequestDecorator(property)) fastify.decorateRequest(property, null)
  const planner = core.createRoutePlanner<FastifyRequest>({ guard, everyRouteDeclares })
  const undeclared: string[] = []
  fastify.addHook('onRoute', ({ method, url, config = {} }) => {
    if ('m2m' in config) planner.check(config)
    else if (everyRouteDeclares) undeclared.push(`${method} ${url}`)
  })
  fastify.addHook('onReady', async () => {
    if (undeclared[0]) core.announceClosed(`${undeclared.join(', ')}: ${core.howToDeclare}`)
  })
  const routeOf = ({ routeOptions }: FastifyRequest) => routeOptions
  const { enter, early, late } = core.createRouteChecks(entrance, planner, routeOf)
  const decide = makeHook('M2MDecision', { check: early })
  fastify.addHook('onRequest', makeHook('M2MAuthorization', { check: enter, property }))
  fastify.addHook('preParsing', (request, reply, _body, done) => decide(request, reply, done))
  fastify.addHook('preHandler', makeHook('M2MDecision', { check: late }))
}

const misplaced = {
  code: 'M2M_CFG_OPTION_INVALID',
  path: 'prefix',
  message: 'it limits nothing: wrap it in a scope',
} as const

/** Guards the scope it is registered in, and all scopes inside. */
export const fastifyM2M = fastifyPlugin(plugin, { name: 'fastify-m2m', fastify: '5.x' })
