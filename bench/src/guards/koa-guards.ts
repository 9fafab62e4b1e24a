import Koa, { type Middleware } from 'koa'
import {
  answer,
  type GuardTask,
  hasRequiredScope,
  operation,
  type StartGuardServer,
} from './guard-task.js'
import { ourSetting } from './our-options.js'
import { portOf } from './port-of.js'

/** Koa with a guard and one handler; without a router, whose cost would hide a part of the guard's. */
export const startKoa: StartGuardServer = async (guard, task) => {
  const app = new Koa()
  const setting = ourSetting(guard, task)
  if (setting) {
    const { m2mAuth, requireOp } = await import('koa-m2m')
    app.use(m2mAuth(setting.options))
    if (setting.hasOperation) app.use(requireOp(operation))
  } else {
    for (const middleware of await peerOf(guard, task)) app.use(middleware)
  }
  app.use((context) => {
    context.body = answer
  })
  const port = await portOf(app.listen(0, '127.0.0.1'))
  return { port, settle: async () => setting?.settle() }
}

const peerOf = async (guard: string, task: GuardTask): Promise<readonly Middleware[]> => {
  const { issuer, audience, jwksUri, algorithm } = task
  if (guard === 'bare') return []
  if (guard !== 'koa-jwt') throw new Error(`no guard of Koa is called ${guard}`)
  const { default: jwt } = await import('koa-jwt')
  const { default: jwksRsa } = await import('jwks-rsa')
  const secret = jwksRsa.koaJwtSecret({ jwksUri, cache: true })
  return [
    jwt({ secret, issuer, audience, algorithms: [algorithm] }),
    (context, next) => {
      if (!hasRequiredScope(context.state['user']?.scope)) context.throw(403)
      return next()
    },
  ]
}
