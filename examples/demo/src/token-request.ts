import type { Client } from './clients.js'

/** Asks the token endpoint for an access token (RFC 6749 §3.2), with `client_secret_basic`. */
export const requestToken = async (
  issuer: string,
  client: Client,
  parameters: Readonly<Record<string, string>>,
): Promise<string> => {
  const credentials = Buffer.from(`${client.id}:${client.secret}`).toString('base64')
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams(parameters),
  })
  const answer = (await response.json()) as { access_token?: string; error_description?: string }
  if (answer.access_token) return answer.access_token
  throw new Error(`No token for ${client.id}: ${response.status} ${answer.error_description}`)
}

/** What a service does: the client credentials grant (RFC 6749 §4.4) for one API (RFC 8707). */
export const requestServiceToken = (
  issuer: string,
  client: Client,
  audience: string,
): Promise<string> =>
  requestToken(issuer, client, {
    grant_type: 'client_credentials',
    scope: client.scope,
    resource: audience,
  })
