import { describeCode, type M2MCode, publicCodes } from '../errors/codes.js'
import type { ProblemDetails } from '../errors/problem-details.js'
import { bearerChallenge } from './challenge.js'

/** A complete answer, for an adapter to write as it is. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: ProblemDetails
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}

/** Seconds. */
const defaultRetryAfter = 5

/**
 * The one answer of a code: status, challenge (RFC 6750 §3), `Retry-After` (RFC 9110 §10.2.3,
 * seconds) and problem body. Equal inputs give equal bytes, so causes cannot be told apart.
 */
export const replyOf = (code: M2MCode, details: ReplyDetails = {}): Reply => {
  const { retryAfter, scope, headers } = details
  const isPlain = retryAfter === undefined && scope === undefined && headers === undefined
  return (isPlain ? plainReplies.get(code) : undefined) ?? buildReply(code, details)
}

/** What an answer may say beside its code. */
export interface ReplyDetails {
  readonly retryAfter?: number | undefined
  readonly scope?: string | undefined
  /** Beside the usual ones. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly violatedPolicies?: readonly string[] | undefined
}

const buildReply = (code: M2MCode, details: ReplyDetails): Reply => {
  const { kind, status, detail, challenged, challengeError, problem } = describeCode(code)
  const headers: Record<string, string> = {
    'Content-Type': 'application/problem+json',
    ...details.headers,
  }
  if (challenged) {
    const description = challengeError && detail
    headers['WWW-Authenticate'] = bearerChallenge({
      error: challengeError,
      description,
      scope: details.scope,
    })
  }
  const retryAfter = details.retryAfter ?? (kind === 'unavailable' ? defaultRetryAfter : undefined)
  if (retryAfter !== undefined) headers['Retry-After'] = String(retryAfter)
  const { violatedPolicies } = details
  const body = Object.freeze({
    ...(problem ?? { title: titles[status] ?? 'Error' }),
    status,
    code,
    detail,
    ...(violatedPolicies && { 'violated-policies': Object.freeze([...violatedPolicies]) }),
  })
  return Object.freeze({ status, headers: Object.freeze(headers), body })
}

/** A refusal must not cost more than the check that led to it. */
const plainReplies: ReadonlyMap<M2MCode, Reply> = new Map(
  publicCodes.map((code) => [code, buildReply(code, {})]),
)
