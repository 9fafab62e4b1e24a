/**
 * What the line reads of a request: Node's own `IncomingMessage` as it is, or any object of this
 * shape with lower-case header names (a queue message, gRPC metadata, a WebSocket upgrade).
 */
export interface M2MRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  /** The whole URL, where a framework shortens `url` for mounted handlers; recorded if present. */
  readonly originalUrl?: string | undefined
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  /** Names and values in turn as they arrived; the only place where a repeated header shows. */
  readonly rawHeaders?: readonly string[] | undefined
}

/** The path alone: query, parameters, fragment and authority may hold what must not be recorded. */
export const pathOf = (request: M2MRequest): string | undefined => {
  const url = request.originalUrl ?? request.url
  if (typeof url !== 'string') return undefined
  const most = url.length > 4096 ? url.slice(0, 4096) : url
  const end = most.search(/[?#;]/)
  const path = end < 0 ? most : most.slice(0, end)
  return path.startsWith('/') ? path : path.replace(/^[a-z][a-z\d+.-]{0,31}:\/\/[^/]*/i, '')
}
