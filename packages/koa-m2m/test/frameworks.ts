import type { IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import Router from '@koa/router'
import type { ApiPlan, Framework, RoutePlan, RunningApi, Seen, Step } from 'adapter-conformance'
import type { Context, Middleware } from 'koa'
import compose from 'koa-compose'
import mount from 'koa-mount'
import { getQuota, getService, m2mAuth, rejectM2M, requireOp } from '../src/index.js'
import { type KoaApp, type KoaClass, majors, versionOf } from './koa-majors.js'

/** Both majors, each with the two ways of putting one part of an API into another. */
export const frameworks: readonly Framework[] = majors.flatMap(([name, Koa]) => {
  const title = `${name.split(' ')[0]} ${versionOf(name)}`
  return [
    frameworkOf('koa-router', `${title} (@koa/router)`, Koa, routed),
    frameworkOf('koa-mount', `${title} (koa-mount)`, Koa, mounted),
  ]
})

type Build = (plan: ApiPlan) => Middleware

function frameworkOf(
  kind: 'koa-router' | 'koa-mount',
  title: string,
  Koa: KoaClass,
  build: Build,
): Framework {
  return {
    kind,
    title,
    start(plan) {
      return start(new Koa().use(build(plan)))
    },
  }
}

/** Serves an app on a free loopback port, without a word on the console. */
export const start = async (app: KoaApp): Promise<RunningApi> => {
  app.silent = true
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { port, close }
}

/** One router: guards stand on a path, as `router.use('/internal', guard)`. */
function routed(plan: ApiPlan): Middleware {
  const router = new Router()
  const fill = (
    { prefix, before = [], routes = [], inside = [] }: ApiPlan,
    above: string,
  ): void => {
    const path = above + prefix
    for (const step of before) router.use(path || '(.*)', middlewareOf(step))
    for (const route of routes) {
      router.all(path + route.path, ...(route.steps ?? []).map(middlewareOf), handlerOf(route))
    }
    for (const inner of inside) fill(inner, path)
  }
  fill(plan, '')
  return compose([router.routes(), router.allowedMethods()]) as Middleware
}

/** Each part an app of its own, as `mount('/internal', compose([guard, router.routes()]))`. */
function mounted({ prefix, before = [], routes = [], inside = [] }: ApiPlan): Middleware {
  const router = new Router()
  for (const route of routes) {
    router.all(route.path, ...(route.steps ?? []).map(middlewareOf), handlerOf(route))
  }
  const ownRoutes = router.routes() as Middleware
  const parts = [...before.map(middlewareOf), ...inside.map(mounted), ownRoutes]
  return mount(prefix || '/', compose(parts))
}

/** The handler of a route in Koa's manner. */
export const handlerOf =
  ({ handler }: RoutePlan): Middleware =>
  async (ctx) => {
    ctx.body = await handler(see(ctx))
  }

/** What a step is in Koa. */
export const middlewareOf = (step: Step): Middleware => {
  if ('auth' in step) return m2mAuth(step.auth)
  if ('parse' in step) return parseJson
  if ('usersOnly' in step) {
    const { claims, ...rest } = step.usersOnly
    return rejectM2M({ ...rest, claims: (ctx) => claims(see(ctx)) })
  }
  if ('run' in step) {
    return (ctx, next) => {
      step.run(see(ctx))
      return next()
    }
  }
  const { op, resource, context, cost } = step
  return requireOp(op, {
    ...(resource && { resource: (ctx, service) => resource(see(ctx), service) }),
    ...(cost !== undefined && { cost }),
    ...(context && { context: (ctx, service) => context(see(ctx), service) }),
  })
}

const see = (ctx: Context): Seen => ({
  raw: ctx.req,
  params: ctx['params'] ?? {},
  body: ctx.state['body'],
  service: () => getService(ctx),
  quota: () => getQuota(ctx),
  copy: (name) => ctx.state[name],
  put: (name, value) => void Object.assign(ctx.state, { [name]: value }),
  header: (name, value) => ctx.set(name, value),
})

/** What a body parser does, as far as a test needs it. */
const parseJson: Middleware = async (ctx, next) => {
  const text = await textOf(ctx.req)
  try {
    ctx.state['body'] = text === '' ? undefined : JSON.parse(text)
  } catch {
    ctx.throw(400)
  }
  await next()
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
