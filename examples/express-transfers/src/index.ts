import type { Express } from 'express'
import { pino } from 'pino'
import { listen, type RunningApi, tellStory, type World } from 'story'
import { transfersApi as withServices } from './api-with-services.js'
import { transfersApi as existing, type Settings } from './existing-api.js'

const start =
  (api: (settings: Settings) => Express) =>
  ({ log, ...trust }: World): Promise<RunningApi> =>
    listen(api({ ...trust, logger: pino({}, log) }))

await tellStory('Express: services come to an API for people', {
  existing: start(existing),
  withServices: start(withServices),
})
