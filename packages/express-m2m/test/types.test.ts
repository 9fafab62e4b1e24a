import express, { type Request } from 'express'
import { expressjwt, type Request as JwtRequest } from 'express-jwt'
import { type AuthResult, auth } from 'express-oauth2-jwt-bearer'
import { createTestIssuer } from 'm2m-testkit'
import { expect, expectTypeOf, it } from 'vitest'
import { getService, m2mAuth, rejectM2M, requireOp, type ServicePrincipal } from '../src/index.js'

// What this file asserts, it asserts where tests are compiled; running it shows that it also works.

it('has types that stand beside those of user auth', async () => {
  const issuer = await createTestIssuer()
  const options = issuer.asOptions()

  expectTypeOf<Request['service']>().toEqualTypeOf<ServicePrincipal | undefined>()
  expectTypeOf<JwtRequest['service']>().toEqualTypeOf<ServicePrincipal | undefined>()
  expectTypeOf<Request['auth']>().toEqualTypeOf<AuthResult | undefined>()
  expectTypeOf(getService).returns.toEqualTypeOf<ServicePrincipal>()

  const app = express()
  app.use(m2mAuth({ ...options, requiredScope: null, header: 'x-service-authorization' }))
  app.get(
    '/oauth2-jwt-bearer',
    auth({ issuerBaseURL: issuer.issuer, audience: issuer.audience }),
    rejectM2M({ ...options, claims: (req) => req.auth?.payload }),
    requireOp('reports:read', {
      resource: (req, service) => {
        expectTypeOf(service).toEqualTypeOf<ServicePrincipal>()
        return { attributes: { owner: req.auth?.payload.sub } }
      },
    }),
    (req, res) => {
      res.json({ user: req.auth?.payload.sub, service: req.service?.id })
    },
  )
  app.get(
    '/jwt',
    expressjwt({ secret: 'only types matter here', algorithms: ['HS256'] }),
    rejectM2M({ ...options, claims: (req: JwtRequest) => req.auth }),
    (req: JwtRequest, res) => {
      expectTypeOf(req.auth?.sub).toEqualTypeOf<string | undefined>()
      res.json({ user: req.auth?.sub, service: req.service?.id, by: getService(req).id })
    },
  )
  // @ts-expect-error: claims are asked of the request
  rejectM2M({ ...options, claims: (req: { auth: string }) => req.auth })

  expect(app).toBeTypeOf('function')
})
