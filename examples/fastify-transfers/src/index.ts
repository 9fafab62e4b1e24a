import type { FastifyInstance } from 'fastify'
import { type RunningApi, tellStory, type World } from 'story'
import { transfersApi as withServices } from './api-with-services.js'
import { transfersApi as existing, type Settings } from './existing-api.js'

const start =
  (api: (settings: Settings) => FastifyInstance) =>
  async (world: World): Promise<RunningApi> => {
    const app = api(world)
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    return { url, close: () => app.close() }
  }

await tellStory('Fastify: services come to an API for people', {
  existing: start(existing),
  withServices: start(withServices),
})
