import type { ExpectedRefusal } from './hostile-case.js'
import { isJsonObject } from './json.js'
import type { RawResponse } from './parse-response.js'

const longestBody = 1024

/** What is wrong with the body of a refusal: it must be a short RFC 9457 problem with `code`. */
export const problemFaults = (
  { status, code }: ExpectedRefusal,
  { headers, body }: RawResponse,
): readonly string[] => {
  const type = headers.get('content-type')?.join(' and ') ?? 'none'
  const size = Buffer.byteLength(body)
  const { status: told, code: coded, title, detail } = parse(body)
  const members: readonly (readonly [boolean, string])[] = [
    [told === status, `status: expected ${status}, got ${show(told)}`],
    [coded === code, `code: expected ${code}, got ${show(coded)}`],
    [isText(title), `title: expected text, got ${show(title)}`],
    [isText(detail), `detail: expected text, got ${show(detail)}`],
    [/^application\/problem\+json(?:;|$)/.test(type), `Content-Type: got ${type}`],
    [size < longestBody, `body: expected less than ${longestBody} bytes, got ${size}`],
  ]
  return members.flatMap(([isGood, fault]) => (isGood ? [] : [`problem ${fault}`]))
}

const parse = (body: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(body)
    return isJsonObject(value) ? value : {}
  } catch {
    return {}
  }
}

const isText = (value: unknown): boolean => typeof value === 'string' && value.length > 0

const show = (value: unknown): string => JSON.stringify(value) ?? 'none'
