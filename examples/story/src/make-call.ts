import type { ApiRequest } from './call.js'

/** What came back, all of it but the date. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** Makes one call, under a name that the API's audit records repeat. */
export const makeCall = async (
  url: string,
  { method, path, body }: ApiRequest,
  token: string | undefined,
  requestId: string,
): Promise<Answer> => {
  const response = await fetch(url + path, {
    method,
    headers: {
      'x-request-id': requestId,
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  })
  const { date, ...headers } = Object.fromEntries(response.headers)
  return { status: response.status, headers, text: await response.text() }
}
