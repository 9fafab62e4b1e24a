import type { M2MRequest } from 'm2m-core'
import type { TokenMint } from './token-mint.js'

/** A request that is as much work as a stranger, or a service with odd tokens, can make it. */
export interface HeavyRequest {
  readonly name: string
  readonly request: M2MRequest
  /** The status that it must be answered; 200 stands for admitted. */
  readonly status: 200 | 400 | 401
}

/** The longest token that can be configured, in characters. */
export const longestToken = 16_384
const scope = 's2s:internal'

/** All within what Node takes for the headers of one request, 16 KiB, and few of them well meant. */
export const makeHeavyRequests = (mint: TokenMint): readonly HeavyRequest[] => {
  const { mint: sign } = mint
  const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels)
  const deep = nested(2500)
  const list: unknown = JSON.parse(deep)
  const texts: [string, 200 | 400 | 401, string][] = [
    ['a good token', 200, sign()],
    ['16 384 characters without a dot', 401, 'x'.repeat(longestToken)],
    ['16 384 dots', 401, '.'.repeat(longestToken)],
    ['16 384 spaces', 400, ` ${' '.repeat(longestToken - 1)}`],
    ['16 384 commas', 400, ','.repeat(longestToken)],
    ['three parts of nothing in particular', 401, `${'A'.repeat(5460)}.`.repeat(3).slice(0, -1)],
    ['5 000 scopes of one character', 200, sign({ claims: { scope: scopesOf(5000, 1) } })],
    ['3 500 scopes, all different', 200, sign({ claims: { scope: scopesOf(3500, 2) } })],
    ['1 000 allowed operations', 200, sign({ claims: { allowed_ops: operationsOf(1000) } })],
    ['600 claims', 200, sign({ claims: membersOf(600) })],
    ['2 500 levels in header and claims', 200, sign({ deep: { header: deep, claims: deep } })],
    ['the same, forged', 401, sign({ deep: { header: deep, claims: deep }, isForged: true })],
    ['5 500 levels in claims', 200, sign({ deep: { claims: nested(5500) } })],
    ['5 500 levels in the header', 200, sign({ deep: { header: nested(5500) } })],
    [
      '5 500 levels in the header, forged',
      401,
      sign({ deep: { header: nested(5500) }, isForged: true }),
    ],
    ...['kid', 'alg', 'typ'].map((name): [string, 401, string] => [
      `2 500 levels as ${name}`,
      401,
      sign({ header: { [name]: list }, isForged: true }),
    ]),
    ...['iss', 'aud', 'exp', 'scope', 'client_id', 'allowed_ops', 'rate_limit'].map(
      (name): [string, 401, string] => [
        `2 500 levels as ${name}`,
        401,
        sign({ claims: { [name]: list } }),
      ],
    ),
  ]
  const heavy = texts.map(([name, status, token]) => ({ name, status, request: bearing(token) }))
  return [
    ...heavy,
    { name: '1 999 header lines', status: 200, request: crowded(1999, sign()) },
    // So many that Node may have dropped one with a second credential.
    { name: '2 000 header lines', status: 400, request: crowded(2000, sign()) },
  ]
}

const bearing = (token: string): M2MRequest => {
  const authorization = `Bearer ${token}`
  return { headers: { authorization }, rawHeaders: ['authorization', authorization] }
}

const crowded = (lines: number, token: string): M2MRequest => {
  const authorization = `Bearer ${token}`
  const names = Array.from({ length: lines - 1 }, (_, index) => `x${index}`)
  const headers = Object.fromEntries([...names.map((name) => [name, '1'])])
  return {
    headers: { ...headers, authorization },
    rawHeaders: [...names.flatMap((name) => [name, '1']), 'Authorization', authorization],
  }
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Scopes of one or two characters, the one that is asked for last. */
const scopesOf = (count: number, length: 1 | 2): string => {
  const character = (index: number): string => letters.charAt(index % letters.length)
  const scopes = Array.from({ length: count }, (_, index) =>
    length === 1
      ? character(index)
      : `${character(Math.floor(index / letters.length))}${character(index)}`,
  )
  return [...scopes, scope].join(' ')
}

const operationsOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `a${index}:b`)

const membersOf = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`claim-${index}`, index]))
