import type { AddressInfo } from 'node:net'
import type { ApiPlan, Framework, RoutePlan, RunningApi, Seen, Step } from 'adapter-conformance'
import type { Express, Request, RequestHandler, Response } from 'express'
import { getQuota, getService, m2mAuth, rejectM2M, requireOp } from '../src/index.js'
import { type ExpressFactory, majors, versionOf } from './express-majors.js'

/** Both majors, each with the two ways of putting one part of an API into another. */
export const frameworks: readonly Framework[] = majors.flatMap(([name, express]) => {
  const title = `${name.split(' ')[0]} ${versionOf(name)}`
  return [
    frameworkOf(`${title} (routers)`, express, express.Router as unknown as () => Mountable),
    frameworkOf(`${title} (apps in apps)`, express, express),
  ]
})

type Mountable = Pick<Express, 'use' | 'all'> & RequestHandler

function frameworkOf(title: string, express: ExpressFactory, part: () => Mountable): Framework {
  const fill = <App extends Mountable>(app: App, plan: ApiPlan): App => {
    for (const step of plan.before ?? []) app.use(middlewareOf(express, step))
    for (const route of plan.routes ?? []) addRoute(express, app, route)
    for (const inner of plan.inside ?? []) app.use(inner.prefix || '/', fill(part(), inner))
    return app
  }
  return {
    kind: 'express',
    title,
    start(plan) {
      // In this environment Express says nothing on the console.
      const app = express().set('env', 'test')
      app.use(plan.prefix || '/', fill(part(), plan))
      return start(app)
    },
  }
}

/** Serves an app on a free loopback port. */
export const start = async (app: Express): Promise<RunningApi> => {
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { port, close }
}

const addRoute = (express: ExpressFactory, app: Mountable, route: RoutePlan): void => {
  const steps = (route.steps ?? []).map((step) => middlewareOf(express, step))
  // Express 4 does not look at promises.
  const handler: RequestHandler = (request, response, next) => {
    const answer = async (): Promise<unknown> => route.handler(see(request, response))
    answer().then((body) => void response.json(body), next)
  }
  app.all(route.path, ...steps, handler)
}

const middlewareOf = (express: ExpressFactory, step: Step): RequestHandler => {
  if ('auth' in step) return m2mAuth(step.auth)
  if ('parse' in step) return express.json()
  if ('usersOnly' in step) {
    const { claims, ...rest } = step.usersOnly
    return rejectM2M({ ...rest, claims: (request) => claims(see(request)) })
  }
  if ('run' in step) {
    return (request, response, next) => {
      step.run(see(request, response))
      next()
    }
  }
  const { op, resource, context, cost } = step
  return requireOp(op, {
    ...(resource && { resource: (request, service) => resource(see(request), service) }),
    ...(cost !== undefined && { cost }),
    ...(context && { context: (request, service) => context(see(request), service) }),
  })
}

/** Express's request as the scenarios see it. */
export const see = (request: Request, response?: Response): Seen => ({
  raw: request,
  params: request.params,
  body: request.body,
  service: () => getService(request),
  quota: () => getQuota(request),
  copy: (name) => Reflect.get(request, name),
  put: (name, value) => void Object.assign(request, { [name]: value }),
  header: (name, value) => void response?.setHeader(name, value),
})
