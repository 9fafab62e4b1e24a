import type { FastifyJWTOptions, TokenOrHeader } from '@fastify/jwt'
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import {
  answer,
  type GuardTask,
  hasRequiredScope,
  operation,
  path,
  type StartGuardServer,
} from './guard-task.js'
import { ourSetting } from './our-options.js'
import { portOf } from './port-of.js'

/** As many as ours remembers, so that none has to forget a token that is used. */
const rememberedTokens = 5000
const tenMinutes = 600_000

/** Fastify with one guarded route. */
export const startFastify: StartGuardServer = async (guard, task) => {
  const app = fastify()
  const setting = ourSetting(guard, task)
  if (setting) {
    const { default: fastifyM2M } = await import('fastify-m2m')
    await app.register(fastifyM2M, setting.options)
  } else if (guard !== 'bare') {
    await registerPeer(app, guard, task)
  }
  const route = setting?.hasOperation ? { config: { m2m: { op: operation } } } : {}
  app.get(path, route, async () => answer)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const port = await portOf(app.server)
  return { port, settle: async () => setting?.settle() }
}

const registerPeer = async (
  app: FastifyInstance,
  guard: string,
  task: GuardTask,
): Promise<void> => {
  const { default: fastifyJwt } = await import('@fastify/jwt')
  await app.register(fastifyJwt, await jwtOptions(guard, task))
  app.addHook('onRequest', async (request, reply) => {
    try {
      await request.jwtVerify()
    } catch (fault) {
      reply.send(fault)
      return reply
    }
    const { scope } = request.user as { scope?: unknown }
    return hasRequiredScope(scope) ? undefined : reply.code(403).send()
  })
}

const jwtOptions = async (guard: string, task: GuardTask): Promise<FastifyJWTOptions> => {
  const { issuer: allowedIss, audience: allowedAud, publicKey } = task
  // Without requiredClaims a token that has no audience would pass.
  const verify = { allowedIss, allowedAud, requiredClaims: ['iss', 'aud', 'exp'] }
  const cache = rememberedTokens
  switch (guard) {
    case '@fastify/jwt, key set':
      return { ...(await keysOf(task)), verify }
    case '@fastify/jwt, key set, cache':
      return { ...(await keysOf(task)), verify: { ...verify, cache } }
    case '@fastify/jwt, one key, cache':
      return { secret: { public: publicKey }, verify: { ...verify, cache } }
    default:
      throw new Error(`no guard of Fastify is called ${guard}`)
  }
}

/** As the README of get-jwks has it, but that keys are kept for ten minutes instead of one. */
const keysOf = async ({ jwksUri }: GuardTask) => {
  const { default: buildGetJwks } = await import('get-jwks')
  const { origin: domain, pathname: jwksPath } = new URL(jwksUri)
  const keys = buildGetJwks({ issuersWhitelist: [domain], jwksPath, ttl: tenMinutes })
  return {
    decode: { complete: true },
    secret: (_request: FastifyRequest, token: TokenOrHeader) => {
      const { kid, alg } = token.header ?? token
      return keys.getPublicKey({ kid, alg, domain })
    },
  }
}
