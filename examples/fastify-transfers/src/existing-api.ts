import fastifyJwt, { type TokenOrHeader } from '@fastify/jwt'
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyRequest,
} from 'fastify'
import buildGetJwks from 'get-jwks'
import { openLedger } from 'story'

/** What the API is told of the world around it. */
export interface Settings {
  readonly issuer: string
  readonly audience: string
  readonly log: { write(line: string): void }
}

/** An API for people, who make transfers and see their own. */
export const transfersApi = ({ issuer, audience, log }: Settings): FastifyInstance => {
  const ledger = openLedger()
  const app = fastify({ logger: { stream: log } })

  const keys = buildGetJwks({ providerDiscovery: true, issuersWhitelist: [issuer] })
  app.register(fastifyJwt, {
    decode: { complete: true },
    secret: (_request: FastifyRequest, token: TokenOrHeader) =>
      keys.getPublicKey({ ...(token as Decoded).header, domain: issuer }),
    verify: {
      allowedIss: issuer,
      allowedAud: audience,
      requiredClaims: ['iss', 'aud', 'exp'],
    },
  })

  const people: FastifyPluginAsync = async (api) => {
    // Keys that cannot be found are no fault of ours either: such a caller is not known.
    api.addHook('onRequest', async (request) => {
      await request.jwtVerify().catch((cause: unknown) => {
        throw Object.assign(new Error('Unauthorized', { cause }), { statusCode: 401 })
      })
    })

    api.get('/transfers', async (request) => ledger.sentBy(request.user.sub))

    api.post<Transferring>('/transfers', async (request, reply) => {
      reply.code(201)
      return ledger.send(request.user.sub, request.body?.amount)
    })
  }
  app.register(people, { prefix: '/api' })
  return app
}

type Transferring = { Body: { amount?: unknown } | undefined }
type Decoded = { header: { alg: string; kid: string } }

declare module '@fastify/jwt' {
  interface FastifyJWT {
    user: { sub: string }
  }
}
