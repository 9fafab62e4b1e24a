import fastifyJwt from '@fastify/jwt'
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyRequest,
} from 'fastify'
import fastifyM2M, { getService, type M2M } from 'fastify-m2m'
import buildGetJwks from 'get-jwks'
import { audiences } from './audiences.js'
import { userRefusal } from './user-refusal.js'

type Options = { m2m: M2M; issuer: string }

/** An API with a door for people and a door for services, each with a guard of its own. */
export const fastifyApi = (options: Options): FastifyInstance => {
  const app = fastify()
  app.register(people, { ...options, prefix: '/api' })
  app.register(services, { ...options, prefix: '/internal' })
  return app
}

/** People: the user auth this API always had, unchanged. */
const people: FastifyPluginAsync<Options> = async (app, { issuer }) => {
  const keys = buildGetJwks({ providerDiscovery: true, issuersWhitelist: [issuer] })
  await app.register(fastifyJwt, {
    decode: { complete: true },
    secret: async (_request: FastifyRequest, token: fastifyJwt.TokenOrHeader) => {
      const { kid, alg } = (token as { header: { kid: string; alg: string } }).header
      return keys.getPublicKey({ kid, alg, domain: issuer })
    },
    verify: {
      algorithms: ['RS256'],
      allowedIss: issuer,
      allowedAud: audiences.people,
      // Without these, a token that has no such claim would pass.
      requiredClaims: ['iss', 'aud', 'exp'],
    },
  })

  app.addHook('onRequest', async (request, reply) => {
    try {
      await request.jwtVerify()
    } catch (error) {
      const { code, message } = error as { code?: string; message: string }
      const { headers, body } = userRefusal(code !== 'FST_JWT_NO_AUTHORIZATION_IN_HEADER', message)
      return reply.code(401).headers(headers).send(body)
    }
  })

  app.get('/transfers', async (request) => {
    return { by: (request.user as { sub: string }).sub, transfers: [] }
  })
}

/** Services: which one is calling, and may it do this? */
const services: FastifyPluginAsync<Options> = async (app, { m2m }) => {
  await app.register(fastifyM2M, { m2m, requiredScope: 's2s:internal' })

  app.get('/transfers', { config: { m2m: { op: 'transfers:read' } } }, async (request) => {
    return { by: getService(request).id, transfers: [] }
  })

  app.post<{ Body: { amount: number } }>(
    '/transfers',
    {
      config: {
        m2m: {
          op: 'transfers:create',
          resource: (request) => ({ attributes: { amount: request.body?.amount } }),
        },
      },
    },
    async (request, reply) => {
      reply.code(201)
      return { by: getService(request).id, amount: request.body.amount }
    },
  )

  app.post('/events', { config: { m2m: { op: 'events:publish' } } }, async (request, reply) => {
    reply.code(202)
    return { by: getService(request).id }
  })
}
