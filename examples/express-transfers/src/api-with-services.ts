import express, { type ErrorRequestHandler, type Express, type Request } from 'express'
import { createM2M, getService, loggerSink, m2mAuth, rejectM2M, requireOp } from 'express-m2m'
import { auth } from 'express-oauth2-jwt-bearer'
import type { Logger } from 'pino'
import { openLedger } from 'story'

/** What the API is told of the world around it. */
export interface Settings {
  readonly issuer: string
  readonly audience: string
  readonly logger: Logger
}

/** An API for people, who make transfers and see their own. */
export const transfersApi = ({ issuer, audience, logger }: Settings): Express => {
  const ledger = openLedger()
  const app = express()

  const m2m = createM2M({
    issuer,
    audience,
    policy: { version: 1, rulesFor: () => [smallTransfers] },
    audit: { sinks: [loggerSink(logger)] },
  })
  app.use('/internal', m2mAuth({ m2m, requiredScope: 's2s:internal' }))

  app.use('/api', auth({ issuerBaseURL: issuer, audience, strict: true }))
  app.use('/api', rejectM2M({ m2m, claims: (req) => req.auth?.payload }))
  app.use(express.json())

  app.get('/api/transfers', (req, res) => {
    res.json(ledger.sentBy(userOf(req)))
  })

  app.post('/api/transfers', (req, res) => {
    res.status(201).json(ledger.send(userOf(req), req.body?.amount))
  })

  const mayCreate = requireOp('transfers:create', {
    resource: (req) => ({ attributes: { amount: req.body?.amount } }),
  })
  app.post('/internal/transfers', mayCreate, (req, res) => {
    res.status(201).json(ledger.send(`service:${getService(req).id}`, req.body?.amount))
  })

  const answerError: ErrorRequestHandler = (error, _req, res, _next) => {
    const { status = 500, headers = {}, message } = error
    if (status >= 500) logger.error(error)
    const shown = status >= 500 ? 'Something went wrong' : message
    res.status(status).set(headers).json({ error: shown })
  }
  app.use(answerError)
  return app
}

/** Strict user auth admits no token without a `sub` (RFC 9068). */
const userOf = ({ auth }: Request): string => auth?.payload.sub as string

/** What services may do here, whatever their tokens grant. */
const smallTransfers = {
  name: 'small-transfers',
  effect: 'allow',
  operations: ['transfers:create'],
  conditions: [{ field: 'resource.amount', operator: 'less_than_or_equal', value: 1000 }],
} as const
