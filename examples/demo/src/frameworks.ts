import type { RequestListener } from 'node:http'
import { createRequire } from 'node:module'
import type { M2M } from 'm2m-core'

/** One way to write the same API. */
export interface Framework {
  /** The framework and its version. */
  readonly title: string
  /** Makes the API; the framework is loaded only now. */
  serve(parts: { m2m: M2M; issuer: string }): Promise<RequestListener>
}

export type FrameworkName = 'express' | 'koa' | 'fastify'

const versionOf = (name: FrameworkName): string =>
  createRequire(import.meta.url)(`${name}/package.json`).version

/** The frameworks that the demo knows, in the order in which it shows them. */
export const frameworks: Readonly<Record<FrameworkName, Framework>> = {
  express: {
    title: `Express ${versionOf('express')}`,
    serve: async (parts) => (await import('./express-api.js')).expressApi(parts),
  },
  koa: {
    title: `Koa ${versionOf('koa')}`,
    serve: async (parts) => (await import('./koa-api.js')).koaApi(parts).callback(),
  },
  fastify: {
    title: `Fastify ${versionOf('fastify')}`,
    serve: async (parts) => {
      const app = (await import('./fastify-api.js')).fastifyApi(parts)
      await app.ready()
      return app.routing
    },
  },
}

export const frameworkNames = Object.keys(frameworks) as readonly FrameworkName[]
