import { createMint } from './create-mint.js'
import { createKeySetEndpoint } from './key-set-endpoint.js'
import { createKeySetFetch } from './key-set-fetch.js'
import { startKeySetServer } from './key-set-server.js'
import { DEFAULT_LIFETIME, serviceClaims } from './service-claims.js'
import { isWritten, signToken } from './sign-token.js'
import { createSigningKey, type SigningKey } from './signing-key.js'
import type { TestIssuer, TestIssuerOptions } from './test-issuer.js'
import type { TokenSpec } from './token-spec.js'

/**
 * Makes an issuer with fresh keys, for tests of an API that admits services by their access token.
 * Opens no port and starts no timer. For tests only: nothing it signs is a secret.
 *
 * @throws TypeError when `options.issuer` is not an absolute URL
 */
export async function createTestIssuer(options: TestIssuerOptions = {}): Promise<TestIssuer> {
  const { audience = 'https://api.test', algorithm = 'ES256' } = options
  // Looked up on every call: a test may replace Date after this.
  const now = options.now ?? (() => Date.now())
  let issuer = options.issuer ?? 'https://issuer.test'
  const origins = new Set([new URL(issuer).origin])
  const [first, other] = await Promise.all([
    createSigningKey(algorithm),
    createSigningKey(algorithm),
  ])
  let current = first
  let retired: SigningKey | undefined
  let keys = [current]

  const jwks = () => ({ keys: keys.map((key) => ({ ...key.publicJwk })) })
  const endpoint = createKeySetEndpoint(
    issuer,
    (origin) => options.issuer ?? origin,
    () => jwks().keys,
  )
  const fetch = createKeySetFetch(endpoint, origins)

  const headerOf = (kid: string, changes?: Record<string, unknown>) => ({
    alg: algorithm,
    typ: 'at+jwt',
    kid,
    ...changes,
  })
  const mint = (
    spec: TokenSpec,
    { key = current, kid = key.kid, issuedAt = seconds(now()), claims = {} }: Variation = {},
  ) =>
    signToken(key, headerOf(kid, spec.header), {
      ...serviceClaims(spec, { issuer, audience, issuedAt }),
      ...claims,
      ...spec.claims,
    })
  const providers = createMint(
    (header, claims) => signToken(current, { alg: algorithm, kid: current.kid, ...header }, claims),
    () => ({ issuer, audience, issuedAt: seconds(now()) }),
  )

  return {
    get issuer() {
      return issuer
    },
    audience,
    service: async (spec = {}) => mint(spec),
    user: async (spec = {}) => mint(spec, { claims: { sub: 'user-1' } }),
    expired: async (spec = {}) => {
      const lifetime = spec.expiresIn ?? DEFAULT_LIFETIME
      return mint(spec, { issuedAt: seconds(now()) - HOUR - lifetime })
    },
    wrongAudience: async (spec = {}) => mint(spec, { claims: { aud: `${audience}/other` } }),
    otherKey: async (spec = {}) => mint(spec, { key: other, kid: current.kid }),
    unknownKey: async (spec = {}) => mint(spec, { key: other }),
    retired: async (spec = {}) => {
      if (retired === undefined) throw new Error('No key is retired yet: call rotate() first')
      return mint(spec, { key: retired })
    },
    sign: async ({ header, claims, key = 'current' }) => {
      const whole = isWritten(header) ? header : headerOf(current.kid, header)
      return signToken(key === 'other' ? other : current, whole, claims)
    },
    mint: providers,
    jwks,
    async rotate({ keepOld = false } = {}) {
      const next = await createSigningKey(algorithm)
      retired = current
      current = next
      keys = keepOld ? [next, ...keys] : [next]
    },
    fail: endpoint.fail,
    heal: endpoint.heal,
    get requests() {
      return [...endpoint.requests]
    },
    fetch,
    asOptions: () => ({ issuer, audience, fetch }),
    asStaticOptions: () => ({ issuer, audience, jwks: jwks() }),
    async serve() {
      const server = await startKeySetServer(endpoint)
      origins.add(server.url)
      issuer = options.issuer ?? server.url
      return server
    },
  }
}

const HOUR = 3600

/** What sets a token apart from one that the current key signs now for a service. */
interface Variation {
  key?: SigningKey
  kid?: string
  issuedAt?: number
  claims?: Record<string, unknown>
}

function seconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000)
}
