import { createHash, randomBytes } from 'node:crypto'
import { clients } from './clients.js'
import { requestToken } from './token-request.js'

const { callback } = clients.webShop

/** Logs alice in to the web shop: the authorization code grant with PKCE, as a browser does it. */
export const requestUserToken = async (issuer: string, audience: string): Promise<string> => {
  const verifier = randomBytes(32).toString('base64url')
  const start = new URL('/auth', issuer)
  start.search = new URLSearchParams({
    client_id: clients.webShop.id,
    response_type: 'code',
    redirect_uri: callback,
    scope: clients.webShop.scope,
    resource: audience,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  }).toString()
  return requestToken(issuer, clients.webShop, {
    grant_type: 'authorization_code',
    code: await browseToCode(start),
    redirect_uri: callback,
    code_verifier: verifier,
    resource: audience,
  })
}

/** Follows redirects with a cookie jar until one leaves for the callback. */
const browseToCode = async (start: URL): Promise<string> => {
  const cookies = new Map<string, string>()
  let page = start
  for (let hop = 0; !page.href.startsWith(callback); hop += 1) {
    if (hop === 5) throw new Error(`The login goes round in circles at ${page.pathname}`)
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(page, { headers: { cookie }, redirect: 'manual' })
    for (const set of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = set.match(/^([^=]+)=([^;]*)/) ?? []
      cookies.set(name, value)
    }
    const location = response.headers.get('location')
    if (!location) throw new Error(`The login stopped at ${page.pathname}: ${response.status}`)
    page = new URL(location, page)
  }
  const code = page.searchParams.get('code')
  if (!code) throw new Error(`The login failed: ${page.searchParams.get('error_description')}`)
  return code
}
