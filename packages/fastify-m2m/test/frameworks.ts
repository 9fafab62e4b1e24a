import { METHODS } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ApiPlan, Framework, RoutePlan, Seen, Step } from 'adapter-conformance'
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
} from 'fastify'
import fastifyM2M, { getQuota, getService, m2mAuth, rejectM2M, requireOp } from '../src/index.js'

/** Fastify with the plugin and declared routes, and with the hooks alone. */
export const frameworks: readonly Framework[] = (['plugin', 'hooks'] as const).map((way) => ({
  kind: `fastify-${way}` as const,
  title: `Fastify ${fastify().version} (${way})`,
  async start(plan) {
    const app = fastify()
    // As Express and Koa do: every method that Node's parser knows reaches a route.
    for (const method of METHODS.filter((one) => !app.supportedMethods.includes(one))) {
      app.addHttpMethod(method)
    }
    app.register(scopeOf(plan, way), { prefix: plan.prefix })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const close = async (): Promise<void> => {
      app.server.closeAllConnections()
      await app.close()
    }
    return { port, close }
  },
}))

type Way = 'plugin' | 'hooks'

const scopeOf =
  ({ before = [], routes = [], inside = [] }: ApiPlan, way: Way): FastifyPluginAsync =>
  async (scope) => {
    for (const step of before) {
      if (way === 'plugin' && 'auth' in step) await scope.register(fastifyM2M, step.auth)
      else if (isAsking(step)) scope.addHook('onRequest', hookOf(step))
    }
    for (const route of routes) addRoute(scope, route, way)
    for (const inner of inside) {
      scope.register(scopeOf(inner, way), { prefix: inner.prefix })
    }
  }

type Hook = (request: FastifyRequest, reply: FastifyReply, done: (fault?: Error) => void) => void
type Operation = Extract<Step, { op: string }>

/**
 * With the plugin, the first operation of a route is declared; hooks do the others, in preHandler
 * where a resource may read the body.
 */
const addRoute = (scope: FastifyInstance, route: RoutePlan, way: Way): void => {
  const steps = (route.steps ?? []).filter(isAsking)
  const declared = way === 'plugin' ? steps.find((step) => 'op' in step) : undefined
  // A declared operation is decided after the hooks of its route: those that follow it come later.
  const isLate = (step: Step): boolean =>
    'op' in step && (way === 'plugin' || Object.keys(asked(step)).length > 0)
  const early = steps.filter((step) => !isLate(step) && step !== declared)
  const late = steps.filter((step) => isLate(step) && step !== declared)
  scope.all(
    route.path,
    {
      onRequest: early.map(hookOf),
      preHandler: late.map(hookOf),
      config: declared ? { m2m: { op: declared.op, ...asked(declared) } } : {},
    },
    async (request, reply) => route.handler(see(request, reply)),
  )
}

type Asking = Exclude<Step, { parse: 'json' }>
/** Fastify parses bodies of JSON by itself. */
const isAsking = (step: Step): step is Asking => !('parse' in step)

const asked = ({ resource, context, cost }: Operation) => ({
  ...(cost !== undefined && { cost }),
  ...(resource && {
    resource: (request: unknown, service: Parameters<typeof resource>[1]) =>
      resource(see(request as FastifyRequest), service),
  }),
  ...(context && {
    context: (request: unknown, service: Parameters<typeof context>[1]) =>
      context(see(request as FastifyRequest), service),
  }),
})

const hookOf = (step: Asking): Hook => {
  if ('auth' in step) return m2mAuth(step.auth)
  if ('op' in step) return requireOp(step.op, asked(step))
  if ('usersOnly' in step) {
    const { claims, ...rest } = step.usersOnly
    return rejectM2M({ ...rest, claims: (request) => claims(see(request)) })
  }
  return (request, reply, done) => {
    step.run(see(request, reply))
    done()
  }
}

const see = (request: FastifyRequest, reply?: FastifyReply): Seen => ({
  raw: request.raw,
  params: request.params as Readonly<Record<string, unknown>>,
  body: request.body,
  service: () => getService(request),
  quota: () => getQuota(request),
  copy: (name) => Reflect.get(request, name),
  put: (name, value) => void Object.assign(request, { [name]: value }),
  header: (name, value) => void reply?.header(name, value),
})
