/** An HTTP/1.1 response, taken apart but not interpreted. */
export interface RawResponse {
  readonly status: number
  /** By lower-case name; a repeated header has several values. */
  readonly headers: Map<string, string[]>
  readonly body: string
}

/**
 * Reads one response from all that a connection delivered before it closed (RFC 9112).
 *
 * @throws Error when the bytes are no complete response
 */
export const parseResponse = (bytes: Buffer, method = 'GET'): RawResponse => {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) throw new Error(`The server closed after ${bytes.length} bytes, before any body`)
  const [statusLine = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1]
  if (status === undefined) throw new Error(`No HTTP/1.1 status line: ${statusLine}`)
  const headers = readHeaders(lines)
  // RFC 9112 §6.3: its headers speak of the body that another method would get.
  const body = method === 'HEAD' ? Buffer.alloc(0) : readBody(bytes.subarray(end + 4), headers)
  return { status: Number(status), headers, body: body.toString('utf8') }
}

const readHeaders = (lines: readonly string[]): Map<string, string[]> => {
  const headers = new Map<string, string[]>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    headers.set(name, [...(headers.get(name) ?? []), line.slice(colon + 1).trim()])
  }
  return headers
}

const readBody = (rest: Buffer, headers: ReadonlyMap<string, readonly string[]>): Buffer => {
  if (headers.get('transfer-encoding')?.at(-1) === 'chunked') return joinChunks(rest)
  const length = Number(headers.get('content-length')?.[0] ?? rest.length)
  if (rest.length < length) throw new Error(`The body broke off after ${rest.length} bytes`)
  return rest.subarray(0, length)
}

const joinChunks = (rest: Buffer): Buffer => {
  const chunks: Buffer[] = []
  for (let start = 0; ; ) {
    const lineEnd = rest.indexOf('\r\n', start)
    const size = Number.parseInt(rest.subarray(start, lineEnd).toString('latin1'), 16)
    if (lineEnd < 0 || Number.isNaN(size)) throw new Error('The chunked body broke off')
    if (size === 0) return Buffer.concat(chunks)
    chunks.push(rest.subarray(lineEnd + 2, lineEnd + 2 + size))
    start = lineEnd + 2 + size + 2
  }
}
