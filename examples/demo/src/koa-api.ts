import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import jwksRsa from 'jwks-rsa'
import Koa, { type Context, type Middleware } from 'koa'
import jwt from 'koa-jwt'
import { getService, type M2M, m2mAuth, requireOp } from 'koa-m2m'
import { audiences } from './audiences.js'
import { userRefusal } from './user-refusal.js'

/** An API with a door for people and a door for services, each with a guard of its own. */
export const koaApi = ({ m2m, issuer }: { m2m: M2M; issuer: string }): Koa => {
  const router = new Router<{ user: { sub: string } }>()

  // People: the user auth this API always had, unchanged.
  const secret = jwksRsa.koaJwtSecret({ jwksUri: `${issuer}/jwks`, cache: true })
  const userAuth = jwt({ secret, issuer, audience: audiences.people, algorithms: ['RS256'] })
  router.use('/api', userAuthRefusal, userAuth)

  router.get('/api/transfers', (ctx) => {
    ctx.body = { by: ctx.state.user.sub, transfers: [] }
  })

  // Services: which one is calling, and may it do this?
  router.use('/internal', m2mAuth({ m2m, requiredScope: 's2s:internal' }), bodyParser())

  router.get('/internal/transfers', requireOp('transfers:read'), (ctx) => {
    ctx.body = { by: getService(ctx).id, transfers: [] }
  })

  router.post(
    '/internal/transfers',
    requireOp('transfers:create', {
      resource: (ctx) => ({ attributes: { amount: amountIn(ctx) } }),
    }),
    (ctx) => {
      ctx.status = 201
      ctx.body = { by: getService(ctx).id, amount: amountIn(ctx) }
    },
  )

  router.post('/internal/events', requireOp('events:publish'), (ctx) => {
    ctx.status = 202
    ctx.body = { by: getService(ctx).id }
  })

  const app = new Koa()
  app.use(router.routes())
  return app
}

const amountIn = (ctx: Context) => (ctx.request.body as { amount?: number } | undefined)?.amount

/** Answers what user auth refused. Refusals of services never come here: they are answered. */
const userAuthRefusal: Middleware = async (ctx, next) => {
  try {
    await next()
  } catch (error) {
    if (!(error instanceof Koa.HttpError && error.status === 401)) throw error
    // koa-jwt names a cause when there was a token to look at.
    const { headers, body } = userRefusal('originalError' in error, error.message)
    ctx.status = 401
    ctx.set(headers)
    ctx.body = body
  }
}
