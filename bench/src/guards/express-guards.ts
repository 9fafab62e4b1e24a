import express, { type Express, type RequestHandler } from 'express'
import {
  answer,
  type GuardTask,
  hasRequiredScope,
  operation,
  path,
  requiredScope,
  type StartGuardServer,
} from './guard-task.js'
import { ourSetting } from './our-options.js'
import { portOf } from './port-of.js'

/**
 * Express with one guarded route. Every guard is mounted as its README shows, and loaded only where
 * it is measured.
 */
export const startExpress: StartGuardServer = async (guard, task) => {
  const app = express()
  const setting = ourSetting(guard, task)
  if (setting) {
    const { m2mAuth, requireOp } = await import('express-m2m')
    app.use(m2mAuth(setting.options))
    serve(app, setting.hasOperation ? [requireOp(operation)] : [])
  } else {
    serve(app, await mountPeer(app, guard, task))
  }
  const port = await portOf(app.listen(0, '127.0.0.1'))
  return { port, settle: async () => setting?.settle() }
}

const serve = (app: Express, handlers: readonly RequestHandler[]): void => {
  app.get(path, ...handlers, (_request, response) => {
    response.json(answer)
  })
}

/** Mounts a guard, and gives what is to stand on the route besides. */
const mountPeer = async (
  app: Express,
  guard: string,
  task: GuardTask,
): Promise<readonly RequestHandler[]> => {
  const { issuer, audience, jwksUri, algorithm } = task
  switch (guard) {
    case 'bare':
      return []
    case 'express-oauth2-jwt-bearer': {
      const { auth, requiredScopes } = await import('express-oauth2-jwt-bearer')
      // With issuerBaseURL it would look up its metadata on every request: this is its faster way.
      app.use(auth({ issuer, audience, jwksUri }))
      return [requiredScopes(requiredScope)]
    }
    case 'express-jwt': {
      const { expressjwt } = await import('express-jwt')
      const { default: jwksRsa } = await import('jwks-rsa')
      const limits = { cache: true, rateLimit: true, jwksRequestsPerMinute: 5 }
      const secret = jwksRsa.expressJwtSecret({ ...limits, jwksUri })
      app.use(expressjwt({ secret, issuer, audience, algorithms: [algorithm as 'RS256'] }))
      return [
        (request, response, next) => {
          const { auth } = request as { auth?: { scope?: unknown } }
          if (hasRequiredScope(auth?.scope)) next()
          else response.sendStatus(403)
        },
      ]
    }
    case 'aws-jwt-verify':
      app.use(await awsGuard(task))
      return []
    default:
      throw new Error(`no guard of Express is called ${guard}`)
  }
}

/**
 * The middleware that its users write. `verifySync` is documented for keys that are there already,
 * and spares the promises of `verify`; with it, nobody would fetch the keys anew.
 */
const awsGuard = async ({ issuer, audience, jwksUri }: GuardTask): Promise<RequestHandler> => {
  const { JwtVerifier } = await import('aws-jwt-verify')
  const { SimpleJwksCache } = await import('aws-jwt-verify/jwk')
  // Its own fetches from https only.
  const fetcher = { fetch: async (uri: string) => (await fetch(uri)).arrayBuffer() }
  const verifier = JwtVerifier.create(
    { issuer, audience, jwksUri, scope: requiredScope },
    { jwksCache: new SimpleJwksCache({ fetcher }) },
  )
  await verifier.hydrate()
  return (request, response, next) => {
    try {
      verifier.verifySync((request.headers.authorization ?? '').slice('Bearer '.length))
    } catch {
      response.sendStatus(401)
      return
    }
    next()
  }
}
