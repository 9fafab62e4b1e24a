// The types as an ES module in strict TypeScript sees them. Compiled only.
import Fastify from 'fastify'
import fastifyM2M, { getService, type ServicePrincipal } from 'fastify-m2m'

const app = Fastify()
await app.register(fastifyM2M, { issuer: 'https://issuer.test', audience: 'x', requiredScope: 's' })
app.post('/transfers', { config: { m2m: { op: 'transfers:create' } } }, async (request) => {
  const courtesy: ServicePrincipal | null = request.service
  return { id: getService(request).id, isSame: courtesy === getService(request) }
})
