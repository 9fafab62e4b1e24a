import type Koa from 'koa'
import { pino } from 'pino'
import { listen, type RunningApi, tellStory, type World } from 'story'
import { transfersApi as withServices } from './api-with-services.js'
import { transfersApi as existing, type Settings } from './existing-api.js'

const start =
  (api: (settings: Settings) => Koa) =>
  ({ log, ...trust }: World): Promise<RunningApi> =>
    listen(api({ ...trust, logger: pino({}, log) }).callback())

await tellStory('Koa: services come to an API for people', {
  existing: start(existing),
  withServices: start(withServices),
})
