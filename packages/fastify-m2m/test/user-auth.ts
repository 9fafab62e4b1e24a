import fastifyJwt from '@fastify/jwt'
import type { FastifyInstance, FastifyRequest, onRequestAsyncHookHandler } from 'fastify'
import buildGetJwks from 'get-jwks'

/** The claims that user auth verified. */
export const userClaims = ({ user }: { user: unknown }): unknown => user

/** User auth as `@fastify/jwt` and `get-jwks` do it, with keys fetched over HTTP. */
export const addUserAuth = async (
  app: FastifyInstance,
  { issuers, audience }: { issuers: readonly string[]; audience: string },
): Promise<onRequestAsyncHookHandler> => {
  const getJwks = buildGetJwks({ providerDiscovery: true, issuersWhitelist: [...issuers] })
  await app.register(fastifyJwt, {
    decode: { complete: true },
    secret: async (_request: FastifyRequest, token: fastifyJwt.TokenOrHeader) => {
      const { header, payload } = token as {
        header: { kid: string; alg: string }
        payload: { iss: string }
      }
      return getJwks.getPublicKey({ kid: header.kid, alg: header.alg, domain: payload.iss })
    },
    verify: {
      allowedIss: [...issuers],
      allowedAud: audience,
      requiredClaims: ['iss', 'aud', 'exp'],
    },
  })
  return async (request) => {
    await request.jwtVerify()
  }
}
