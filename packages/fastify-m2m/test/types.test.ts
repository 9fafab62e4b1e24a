import fastifyJwt from '@fastify/jwt'
import fastify, { type FastifyRequest } from 'fastify'
import { createTestIssuer } from 'm2m-testkit'
import { expect, expectTypeOf, it } from 'vitest'
import fastifyM2M, {
  type FastifyM2MOptions,
  m2mAuth,
  type RouteDeclaration,
  rejectM2M,
  requireOp,
  type ServicePrincipal,
} from '../src/index.js'

// What this file asserts, it asserts where tests are compiled; running it shows that it also works.

interface Transfer {
  Params: { id: string }
  Body: { amount: number }
}

it('has types that stand beside those of @fastify/jwt', async () => {
  const issuer = await createTestIssuer()
  const options = { ...issuer.asOptions(), requiredScope: null }
  const app = fastify()
  await app.register(fastifyJwt, { secret: 'only types matter here' })
  await app.register(fastifyM2M, { ...options, guard: 'declared', everyRouteDeclares: true })

  expectTypeOf<FastifyRequest['service']>().toEqualTypeOf<ServicePrincipal | null>()
  expectTypeOf<FastifyRequest['user']>().toEqualTypeOf<string | object | Buffer>()

  app.get('/public', { config: { m2m: false } }, ({ service }) => ({ by: service?.id }))
  app.post<Transfer>(
    '/declared/:id',
    {
      config: {
        m2m: {
          op: 'transfers:create',
          resource: ({ params, body }, service) => {
            expectTypeOf(service).toEqualTypeOf<ServicePrincipal>()
            return { id: params.id, attributes: { amount: body.amount } }
          },
          resourceFrom: 'params',
        },
      },
    },
    async ({ params }) => ({ id: params.id }),
  )
  const annotated: RouteDeclaration = {
    op: 'transfers:create',
    resource: ({ params }: FastifyRequest<Transfer>) => ({ id: params.id }),
  }
  app.put('/annotated', { config: { m2m: annotated } }, async () => ({}))
  const resource = ({ params }: FastifyRequest<Transfer>) => ({ id: params.id })
  app.post<Transfer>(
    '/hooks/:id',
    {
      config: { m2m: false },
      onRequest: [m2mAuth(options), requireOp('transfers:read')],
      preHandler: requireOp('transfers:create', { resource }),
    },
    async ({ params }) => ({ id: params.id }),
  )
  app.addHook('preHandler', rejectM2M({ ...issuer.asOptions(), claims: ({ user }) => user }))

  const neverRun = (): void => {
    // Hooks and plugin fit servers of any protocol.
    const overHttp2 = fastify({ http2: true })
    overHttp2.register(fastifyM2M, options)
    overHttp2.get('/', { onRequest: m2mAuth(options) }, async () => ({}))
    // @ts-expect-error an operation is needed
    app.get('/', { config: { m2m: {} } }, async () => ({}))
    // @ts-expect-error true is no declaration
    app.get('/', { config: { m2m: true } }, async () => ({}))
    // @ts-expect-error the plugin ignores prefixes, so it takes none
    app.register(fastifyM2M, { ...options, prefix: '/internal' })
    // @ts-expect-error there is no such guard
    app.register(fastifyM2M, { ...options, guard: 'some' })
    // @ts-expect-error a scope is required, or null in words
    const incomplete: FastifyM2MOptions = { issuer: 'https://login.example.com' }
    expect(incomplete).toBeDefined()
  }
  expect(neverRun).toBeInstanceOf(Function)
  await app.ready()
  await app.close()
})
