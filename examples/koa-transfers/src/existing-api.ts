import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import { koaJwtSecret } from 'jwks-rsa'
import Koa, { type Context } from 'koa'
import jwt from 'koa-jwt'
import type { Logger } from 'pino'
import { openLedger } from 'story'

/** What the API is told of the world around it. */
export interface Settings {
  readonly issuer: string
  readonly audience: string
  readonly logger: Logger
}

/** An API for people, who make transfers and see their own. */
export const transfersApi = ({ issuer, audience, logger }: Settings): Koa => {
  const ledger = openLedger()
  const router = new Router()

  const secret = koaJwtSecret({ jwksUri: `${issuer}/jwks`, cache: true })
  router.use('/api', jwt({ secret, issuer, audience, algorithms: ['ES256'] }))
  router.use(bodyParser())

  router.get('/api/transfers', (ctx) => {
    ctx.body = ledger.sentBy(userOf(ctx))
  })

  router.post('/api/transfers', (ctx) => {
    ctx.body = ledger.send(userOf(ctx), amountOf(ctx))
    ctx.status = 201
  })

  const app = new Koa()
  app.on('error', (error) => {
    if (!error.expose) logger.error(error)
  })
  app.use(router.routes())
  return app
}

const userOf = (ctx: Context): string => ctx.state['user'].sub
const amountOf = ({ request }: Context): unknown => (request.body as Transferring)?.amount
type Transferring = { amount?: unknown } | undefined
