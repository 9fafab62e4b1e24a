import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { badKeys, nested } from './bad-keys.js'

/** The set that a healthy server would send: as JSON, and its keys one by one. */
export interface GoodSet {
  readonly text: string
  readonly keys: readonly string[]
}

/** Answers one request for the key set. */
export type KeySetAnswer = (
  request: IncomingMessage,
  response: ServerResponse,
  good: GoodSet,
) => void

/** One way in which a server fails to give a key set. */
export interface KeySetFault {
  readonly name: string
  readonly answer: KeySetAnswer
  /** What the operator is told. */
  readonly expected: string
  /** Nothing but the time-out ends it. */
  readonly isEndless?: true
}

type Headers = Readonly<Record<string, string>>

/** A body with status 200, and no content type unless it is given. */
export const send =
  (make: (good: GoodSet) => string | Buffer, headers: Headers = {}): KeySetAnswer =>
  (_request, response, good) => {
    response.writeHead(200, headers).end(make(good))
  }

/** A body that is the same whatever the good set. */
const sendText = (text: string, headers?: Headers): KeySetAnswer => send(() => text, headers)

/** A status that is no success, with good keys in its body: they must not count. */
export const status =
  (code: number, headers: Headers = {}): KeySetAnswer =>
  (_request, response, good) => {
    response.writeHead(code, headers).end(code === 204 ? undefined : good.text)
  }

/** A key set of these keys. */
export const listOf = (keys: readonly string[]): string => `{"keys":[${keys.join()}]}`

const mebibyte = Buffer.alloc(1024 * 1024, ' ')
/** What it cost a well-known library 655 MB of memory to read. */
export const hugeSize = 125 * mebibyte.length

/** A body of about 131 MB, sent as fast as it is taken. */
export const sendHuge: KeySetAnswer = (_request, response) => {
  const chunks = Array.from({ length: hugeSize / mebibyte.length }, () => mebibyte)
  pipeline(Readable.from(chunks), response, () => undefined)
}

/** The same in about 130 kB on the wire: one gzip member after the other. */
const sendBomb: KeySetAnswer = (_request, response) => {
  const members = Array.from({ length: hugeSize / mebibyte.length }, () => packed)
  response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.concat(members))
}
const packed = gzipSync(mebibyte)

export const hang: KeySetAnswer = () => undefined

const drip: KeySetAnswer = (_request, response, good) => {
  const bytes = Buffer.from(good.text)
  let sent = 0
  const next = setInterval(() => {
    response.write(bytes.subarray(sent, sent + 1))
    sent += 1
  }, 10)
  response.on('close', () => clearInterval(next))
}

const sendHeadersOnly: KeySetAnswer = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
}

const breakOff: KeySetAnswer = (_request, response, good) => {
  response.writeHead(200, { 'content-length': good.text.length })
  response.write(good.text.slice(0, -1), () => response.socket?.resetAndDestroy())
}

const misbehaviours: readonly KeySetFault[] = [
  { name: 'status 500', answer: status(500), expected: 'got 500' },
  { name: 'status 404', answer: status(404), expected: 'got 404' },
  { name: 'status 204', answer: status(204), expected: 'got 204' },
  {
    name: 'a redirect to good keys',
    answer: status(302, { location: '/good' }),
    expected: 'got 302',
  },
  { name: 'no answer at all', answer: hang, expected: 'timed out', isEndless: true },
  { name: 'headers and no more', answer: sendHeadersOnly, expected: 'timed out', isEndless: true },
  { name: 'a byte now and then', answer: drip, expected: 'timed out', isEndless: true },
  {
    name: 'a connection that is reset',
    answer: ({ socket }) => socket.resetAndDestroy(),
    expected: 'no answer from',
  },
  { name: 'a body that is cut off', answer: breakOff, expected: 'broke off' },
  {
    name: 'a page',
    answer: sendText('<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' }),
    expected: 'expected JSON',
  },
  { name: 'nothing', answer: sendText(''), expected: 'expected JSON' },
  {
    name: 'half of the set',
    answer: send(({ text }) => text.slice(0, text.length / 2)),
    expected: 'expected JSON',
  },
  ...['[]', 'null', '{}', '{"keys":{}}', '"keys"'].map((text) => ({
    name: text,
    answer: sendText(text),
    expected: 'expected a JWK set',
  })),
  { name: '{"keys":[]}', answer: sendText('{"keys":[]}'), expected: 'no usable key' },
  {
    name: 'a set that only a prototype would lend',
    answer: send(({ text }) => `{"__proto__":${text}}`),
    expected: 'expected a JWK set',
  },
  { name: '131 MB', answer: sendHuge, expected: 'exceeds 524288 bytes' },
  { name: 'a gzip bomb', answer: sendBomb, expected: 'exceeds 524288 bytes' },
  {
    name: 'gzip that is none',
    answer: send(({ text }) => text, { 'content-encoding': 'gzip' }),
    expected: 'broke off',
  },
  {
    name: 'invalid UTF-8 around the set',
    answer: send(({ text }) => Buffer.concat([Buffer.of(0xff), Buffer.from(text)])),
    expected: 'expected JSON',
  },
  { name: '2 500 levels', answer: sendText(nested(2500)), expected: 'expected a JWK set' },
  { name: '100 000 levels', answer: sendText(nested(100_000)), expected: 'expected a JWK set' },
  {
    name: '100 000 levels of keys',
    answer: sendText(`{"keys":${nested(100_000)}}`),
    expected: 'keys[0]: it is no JSON object',
  },
  {
    name: '100 000 levels that do not end',
    answer: sendText('['.repeat(100_000)),
    expected: 'expected JSON',
  },
  {
    name: '101 keys, good ones among them',
    answer: send(({ keys: [good = ''] }) => listOf(Array.from({ length: 101 }, () => good))),
    expected: 'at most 100 keys',
  },
]

/** Every fault that leaves no usable key: what misbehaves, then sets of bad keys alone. */
export const keySetFaults: readonly KeySetFault[] = [
  ...misbehaviours,
  ...badKeys.map(({ name, jwks, expected }) => ({
    name: `nothing but ${name}`,
    answer: sendText(listOf(jwks)),
    expected,
  })),
]

/** Rows for `it.each`, by their names. */
export const named = <Row extends { readonly name: string }>(
  rows: readonly Row[],
): (readonly [string, Row])[] => rows.map((row) => [row.name, row] as const)
