/** What came back. */
export interface Answer {
  readonly status: number
  /** The body as JSON; null when it is none. */
  readonly body: { readonly code?: string } & Readonly<Record<string, unknown>>
}

/** Asks a real server, with a bearer token if there is one. */
export const ask = async (url: string, token?: string, init: RequestInit = {}): Promise<Answer> => {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(url, { ...init, headers: { ...authorization, ...init.headers } })
  const isJson = response.headers.get('content-type')?.includes('json')
  const body = (isJson ? await response.json() : null) as Answer['body']
  return { status: response.status, body }
}

/** Sends JSON. */
export const post = (url: string, token?: string, body: object = {}): Promise<Answer> =>
  ask(url, token, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
