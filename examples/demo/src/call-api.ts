import type { ApiRequest, Expected, ExpectedQuota } from './scenarios.js'

/** What came back over HTTP, as far as the demo looks at it. */
export interface Answer {
  readonly status: number
  /** Whom the handler served. */
  readonly by?: string
  /** `code` and `detail` of a refusal. */
  readonly code?: string
  readonly detail?: string
  readonly retryAfter?: number
  /** `RateLimit` and `RateLimit-Policy`, where the caller has a budget. */
  readonly rateLimit?: string
  readonly rateLimitPolicy?: string
}

/** Sends one request, with a bearer token if there is one, under a name that the log repeats. */
export const callApi = async (
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
  // An answer that is no JSON differs from every expected one, and the table shows its status.
  const content = (await response.json().catch(() => ({}))) as Partial<Answer>
  const retryAfter = response.headers.get('retry-after')
  const rateLimit = response.headers.get('ratelimit')
  const rateLimitPolicy = response.headers.get('ratelimit-policy')
  return {
    ...content,
    status: response.status,
    ...(retryAfter && { retryAfter: Number(retryAfter) }),
    ...(rateLimit && { rateLimit }),
    ...(rateLimitPolicy && { rateLimitPolicy }),
  }
}

/** Whether the answer is the one that was written down, in all that was written down. */
export const isExpected = (answer: Answer, expected: Expected): boolean => {
  if (answer.status !== expected.status) return false
  if (expected.quota && !isQuota(answer, expected.quota)) return false
  if ('by' in expected) return answer.by === expected.by
  if (expected.retryAfter && !(answer.retryAfter && answer.retryAfter > 0)) return false
  return answer.code === expected.code
}

const isQuota = (
  { rateLimit = '', rateLimitPolicy }: Answer,
  { policy, left }: ExpectedQuota,
): boolean => {
  const [, remaining] = /^"service";r=(\d+);t=\d+$/.exec(rateLimit) ?? []
  if (remaining === undefined || rateLimitPolicy !== policy) return false
  return left === undefined || Number(remaining) === left
}
