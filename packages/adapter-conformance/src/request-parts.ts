import { guardedPath } from './conformance-target.js'

/** One header line: name and value, or in a change a template of the value. */
export type HeaderLine = readonly [name: string, value: string]

/** A request to the guarded path before it becomes bytes. */
export interface RequestParts {
  /** The token that it presents, somewhere and in some spelling. */
  readonly token: string
  /** @defaultValue `POST` */
  readonly method?: string
  /** What stands behind the method. @defaultValue the guarded path, with `query` if there is one */
  readonly target?: string
  /** Without the question mark. */
  readonly query?: string
  /** The lines that may carry credentials, ready for the wire. */
  readonly lines: readonly HeaderLine[]
  /** A form body. */
  readonly body?: string
}

/** A request that presents its token as RFC 6750 §2.1 says. */
export const presentToken = (token: string): RequestParts => ({
  token,
  lines: [['Authorization', `Bearer ${token}`]],
})

/** The request as it goes on the wire; header bytes are latin-1, and nothing is tidied. */
export const toBytes = (parts: RequestParts, port: number): Buffer => {
  const { method = 'POST', query, lines, body = '' } = parts
  const { target = query === undefined ? guardedPath : `${guardedPath}?${query}` } = parts
  const form: readonly HeaderLine[] =
    body === '' ? [] : [['Content-Type', 'application/x-www-form-urlencoded']]
  const all: readonly HeaderLine[] = [
    ['Host', `127.0.0.1:${port}`],
    ...lines,
    ...form,
    ['Content-Length', String(Buffer.byteLength(body))],
    ['Connection', 'close'],
  ]
  const head = all.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n`, 'latin1'),
    Buffer.from(body),
  ])
}
