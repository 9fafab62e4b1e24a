import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK } from 'jose'
import type { ClientMetadata, Configuration, Provider } from 'oidc-provider'
import { audiences } from './audiences.js'
import type { Client } from './clients.js'
import { type RunningServer, startServer } from './start-server.js'

const scopes = 's2s:internal reports:read'

/** Starts a real OAuth 2.0 and OpenID Connect server for these clients; its URL is the issuer. */
export const startAuthorizationServer = async (
  clients: readonly Client[],
): Promise<RunningServer> => {
  const key = await signingKey()
  return startServer(async (issuer) => {
    const { Provider } = await import('oidc-provider')
    const provider = new Provider(issuer, configuration(key, clients))
    addLoginPage(provider)
    return provider.callback()
  })
}

const signingKey = async (): Promise<JWK> => {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true })
  return { ...(await exportJWK(privateKey)), kid: 'demo-key', alg: 'RS256', use: 'sig' }
}

const configuration = (key: JWK, clients: readonly Client[]): Configuration => ({
  jwks: { keys: [key] } as NonNullable<Configuration['jwks']>,
  clients: clients.map(metadataOf),
  scopes: scopes.split(' '),
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    // Each `resource` parameter gets a signed JWT (RFC 9068) with that resource as its audience.
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_ctx, resource) => {
        const known = Object.values<string>(audiences).includes(resource)
        if (!known) throw new Error(`No such resource: ${resource}`)
        const sign = { alg: 'RS256' } as const
        return { scope: scopes, audience: resource, accessTokenFormat: 'jwt', jwt: { sign } }
      },
    },
  },
  extraTokenClaims: (_ctx, token) => claimsOf(clientOf(clients, token.clientId)),
  ttl: {
    ClientCredentials: (_ctx, token) => clientOf(clients, token.clientId).tokenSeconds,
    AccessToken: (_ctx, token) => clientOf(clients, token.clientId).tokenSeconds,
    AuthorizationCode: 60,
    Grant: 60,
    IdToken: 60,
    Interaction: 60,
    Session: 60,
  },
  findAccount: (_ctx, accountId) => ({ accountId, claims: () => ({ sub: accountId }) }),
  interactions: { url: (_ctx, { uid }) => `/login/${uid}` },
  loadExistingGrant: async ({ oidc }) => {
    const { client, provider, session } = oidc
    if (!client || !session?.accountId) return undefined
    const { resource } = oidc.params ?? {}
    const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
    grant.addOIDCScope(client.scope ?? '')
    grant.addResourceScope(String(resource), scopes)
    await grant.save()
    return grant
  },
  cookies: { keys: [randomBytes(32).toString('hex')] },
})

/** The claims that tell an API which service this is and what it was granted. */
const claimsOf = ({ id, serviceId = id, tier, operations }: Client) => ({
  service_id: serviceId,
  tier,
  allowed_ops: operations,
  rate_limit: { limit: 100, window: 60 },
})

const clientOf = (clients: readonly Client[], id: string | undefined): Client => {
  const found = clients.find((client) => client.id === id)
  if (!found) throw new Error(`No client ${id}`)
  return found
}

const metadataOf = ({ id, secret, scope, callback }: Client): ClientMetadata => ({
  client_id: id,
  client_secret: secret,
  scope,
  token_endpoint_auth_method: 'client_secret_basic',
  ...(callback ? forPeople(callback) : forServices),
})

const forServices = {
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
} satisfies Partial<ClientMetadata>

const forPeople = (callback: string): Partial<ClientMetadata> => ({
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: [callback],
})

/** Stands for a login form: whoever comes is alice. */
const addLoginPage = (provider: Provider): void => {
  provider.use(async (ctx, next) => {
    if (!ctx.path.startsWith('/login/')) return next()
    const result = { login: { accountId: 'alice' } }
    ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
  })
}
