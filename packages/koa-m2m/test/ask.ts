/** What came back, with the body read as far as it can be. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; null when it is none. */
  readonly body: { readonly code?: string } & Readonly<Record<string, unknown>>
}

/** Asks a real server, with a bearer token if there is one. */
export const ask = async (
  url: string,
  token?: string,
  { headers, ...init }: RequestInit = {},
): Promise<Answer> => {
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const response = await fetch(url, { ...init, headers: { ...authorization, ...headers } })
  const text = await response.text()
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '') && text !== ''
  const body = (isJson ? JSON.parse(text) : null) as Answer['body']
  return { status: response.status, headers: response.headers, text, body }
}

/** The same, as POST. */
export const post = (url: string, token?: string, init: RequestInit = {}): Promise<Answer> =>
  ask(url, token, { method: 'POST', ...init })
