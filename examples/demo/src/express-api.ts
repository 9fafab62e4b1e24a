import express, { type ErrorRequestHandler, type Express } from 'express'
import { getService, type M2M, m2mAuth, requireOp } from 'express-m2m'
import { auth, UnauthorizedError } from 'express-oauth2-jwt-bearer'
import { audiences } from './audiences.js'

/** An API with a door for people and a door for services, each with a guard of its own. */
export const expressApi = ({ m2m, issuer }: { m2m: M2M; issuer: string }): Express => {
  const app = express()

  // People: the user auth this API always had, unchanged.
  app.use('/api', auth({ issuerBaseURL: issuer, audience: audiences.people }))

  app.get('/api/transfers', (req, res) => {
    res.json({ by: req.auth?.payload.sub, transfers: [] })
  })

  // Services: which one is calling, and may it do this?
  app.use('/internal', m2mAuth({ m2m, requiredScope: 's2s:internal' }), express.json())

  app.get('/internal/transfers', requireOp('transfers:read'), (req, res) => {
    res.json({ by: getService(req).id, transfers: [] })
  })

  app.post(
    '/internal/transfers',
    requireOp('transfers:create', {
      resource: (req) => ({ attributes: { amount: req.body?.amount } }),
    }),
    (req, res) => {
      res.status(201).json({ by: getService(req).id, amount: req.body.amount })
    },
  )

  app.post('/internal/events', requireOp('events:publish'), (req, res) => {
    res.status(202).json({ by: getService(req).id })
  })

  app.use(userAuthRefusal)
  return app
}

/** Answers what user auth refused. Refusals of services never come here: they are answered. */
const userAuthRefusal: ErrorRequestHandler = (error, _req, res, next) => {
  if (!(error instanceof UnauthorizedError)) return next(error)
  const { status, headers, message } = error
  const code = ('code' in error && error.code) || 'unauthorized'
  return res.status(status).set(headers).json({ code, detail: message })
}
