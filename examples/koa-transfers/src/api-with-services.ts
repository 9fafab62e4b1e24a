import { bodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import { koaJwtSecret } from 'jwks-rsa'
import Koa, { type Context } from 'koa'
import jwt from 'koa-jwt'
import { createM2M, getService, loggerSink, m2mAuth, rejectM2M, requireOp } from 'koa-m2m'
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

  const m2m = createM2M({
    issuer,
    audience,
    policy: { version: 1, rulesFor: () => [smallTransfers] },
    audit: { sinks: [loggerSink(logger)] },
  })
  router.use('/internal', m2mAuth({ m2m, requiredScope: 's2s:internal' }))

  const secret = koaJwtSecret({ jwksUri: `${issuer}/jwks`, cache: true })
  router.use('/api', jwt({ secret, issuer, audience, algorithms: ['ES256'] }))
  router.use('/api', rejectM2M({ m2m, claims: (ctx) => ctx.state['user'] }))
  router.use(bodyParser())

  router.get('/api/transfers', (ctx) => {
    ctx.body = ledger.sentBy(userOf(ctx))
  })

  router.post('/api/transfers', (ctx) => {
    ctx.body = ledger.send(userOf(ctx), amountOf(ctx))
    ctx.status = 201
  })

  const mayCreate = requireOp('transfers:create', {
    resource: (ctx) => ({ attributes: { amount: amountOf(ctx) } }),
  })
  router.post('/internal/transfers', mayCreate, (ctx) => {
    ctx.body = ledger.send(`service:${getService(ctx).id}`, amountOf(ctx))
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

/** What services may do here, whatever their tokens grant. */
const smallTransfers = {
  name: 'small-transfers',
  effect: 'allow',
  operations: ['transfers:create'],
  conditions: [{ field: 'resource.amount', operator: 'less_than_or_equal', value: 1000 }],
} as const
