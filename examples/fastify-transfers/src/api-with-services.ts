import fastifyJwt, { type TokenOrHeader } from '@fastify/jwt'
import fastify, {
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyRequest,
} from 'fastify'
import fastifyM2M, {
  createM2M,
  getService,
  loggerSink,
  type RouteDeclaration,
  rejectM2M,
} from 'fastify-m2m'
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

  const m2m = createM2M({
    issuer,
    audience,
    policy: { version: 1, rulesFor: () => [smallTransfers] },
    audit: { sinks: [loggerSink(app.log)] },
  })

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
    api.addHook('onRequest', rejectM2M({ m2m, claims: ({ user }) => user }))

    api.get('/transfers', async (request) => ledger.sentBy(request.user.sub))

    api.post<Transferring>('/transfers', async (request, reply) => {
      reply.code(201)
      return ledger.send(request.user.sub, request.body?.amount)
    })
  }
  app.register(people, { prefix: '/api' })

  const services: FastifyPluginAsync = async (api) => {
    await api.register(fastifyM2M, { m2m, requiredScope: 's2s:internal' })

    const mayCreate: RouteDeclaration = {
      op: 'transfers:create',
      resource: ({ body }) => ({ attributes: { amount: body?.amount } }),
    }
    api.post<Transferring>('/transfers', { config: { m2m: mayCreate } }, async (request, reply) => {
      reply.code(201)
      return ledger.send(`service:${getService(request).id}`, request.body?.amount)
    })
  }
  app.register(services, { prefix: '/internal' })
  return app
}

type Transferring = { Body: { amount?: unknown } | undefined }
type Decoded = { header: { alg: string; kid: string } }

declare module '@fastify/jwt' {
  interface FastifyJWT {
    user: { sub: string }
  }
}

/** What services may do here, whatever their tokens grant. */
const smallTransfers = {
  name: 'small-transfers',
  effect: 'allow',
  operations: ['transfers:create'],
  conditions: [{ field: 'resource.amount', operator: 'less_than_or_equal', value: 1000 }],
} as const
