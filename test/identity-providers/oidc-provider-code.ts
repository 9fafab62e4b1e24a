import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createM2M } from 'm2m-core'
import { expect } from 'vitest'
import { withoutNotices } from '../../examples/demo/src/without-notices.js'
import { root } from '../doc-snippets/find-snippets.js'
import type { SnippetTest } from '../doc-snippets/prepare-snippet.js'
import type { Section, TokenExample } from './read-sections.js'

/** The real one, where the demo has it. */
const installed = createRequire(join(root, 'examples/demo/package.json')).resolve('oidc-provider')
const secret = 'a-secret-of-billing'

/** Fetches a token from a real oidc-provider, set up as the page says, and compares it. */
export const oidcProviderCode = ({ blocks }: Section): SnippetTest => ({
  shows: 'an oidc-provider that issues the token below',
  check: ({ load }) =>
    withoutNotices(async () => {
      const server = createServer()
      const issuer = await listening(server)
      try {
        const { provider } = (await load({
          "'oidc-provider'": JSON.stringify(pathToFileURL(installed).href),
          'https://identity.example.com': issuer,
          'process.env.BILLING_SECRET': JSON.stringify(secret),
        })) as { provider: { callback(): (...sent: unknown[]) => void } }
        server.on('request', provider.callback())
        await checkToken(issuer, await fetchToken(issuer), blocks[0]?.examples[0])
      } finally {
        server.close()
        server.closeAllConnections()
      }
    }),
})

const checkToken = async (
  issuer: string,
  token: string,
  shown: TokenExample | undefined,
): Promise<void> => {
  const [header, claims] = token.split('.').slice(0, 2).map(decode)
  expect({ ...header, kid: undefined }).toEqual(shown?.header)
  const { jti, iat, exp } = claims ?? {}
  expect(claims).toEqual({ ...shown?.claims, iss: issuer, jti, iat, exp })

  const audience = 'https://api.example.com'
  const m2m = createM2M({ profile: 'oidcProvider', issuer, audience })
  const request = { headers: { authorization: `Bearer ${token}` } }
  const verdict = await m2m.authenticate(request, { requiredScope: 's2s:internal' })
  await m2m.close()
  expect(verdict).toMatchObject({ admitted: true, service: shown?.service })
}

const listening = async (server: Server): Promise<string> => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const fetchToken = async (issuer: string): Promise<string> => {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`billing:${secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 's2s:internal' }),
  })
  const { access_token: token } = (await response.json()) as { access_token: string }
  return token
}

const decode = (part: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(part, 'base64url').toString())
