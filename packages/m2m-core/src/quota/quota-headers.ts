import type { Quota, QuotaState } from './quota.js'

/** The largest integer of a structured field (RFC 9651 §3.3.1). */
const largest = 999_999_999_999_999

/**
 * `RateLimit` and `RateLimit-Policy` as structured fields (draft-ietf-httpapi-ratelimit-headers-10):
 * lists of strings, here `"service"` and the operation. `q` calls in `w` seconds; `r` are left. With
 * some left, `t` is when nothing is used any more; with none, when the next call can pass. Seconds are
 * rounded up, and a `window` that is no whole number of them is left out.
 */
export const quotaHeaders = ({ service, operation }: Quota): Readonly<Record<string, string>> => {
  if (service && !operation) {
    return {
      RateLimit: limitItem(service, secondsOf(service)),
      'RateLimit-Policy': policyItem(service),
    }
  }
  const states = [service, operation].filter((state) => state !== undefined)
  if (states.length === 0) return {}
  return {
    RateLimit: states.map((state) => limitItem(state, secondsOf(state))).join(', '),
    'RateLimit-Policy': states.map(policyItem).join(', '),
  }
}

/**
 * `quotaHeaders` for one service after the other call. Whoever stays well within its budget is told the
 * same each time: writing that anew would take longer than the charge.
 */
export const createQuotaHeaders = (): typeof quotaHeaders => {
  // Numbers of their own: states are in the hands of callers.
  let item = { remaining: Number.NaN, seconds: Number.NaN, limit: Number.NaN, text: '' }
  let policy = { limit: Number.NaN, window: Number.NaN, text: '' }
  return (quota) => {
    const { service, operation } = quota
    if (!service || operation) return quotaHeaders(quota)
    const { remaining, limit, window } = service
    const seconds = secondsOf(service)
    if (item.remaining !== remaining || item.seconds !== seconds || item.limit !== limit) {
      item = { remaining, seconds, limit, text: limitItem(service, seconds) }
    }
    if (policy.limit !== limit || policy.window !== window) {
      policy = { limit, window, text: policyItem(service) }
    }
    return { RateLimit: item.text, 'RateLimit-Policy': policy.text }
  }
}

const limitItem = (state: QuotaState, seconds: number): string =>
  `"${state.name}";r=${integer(Math.min(state.remaining, state.limit))};t=${seconds}`

const policyItem = ({ name, limit, window }: QuotaState): string =>
  Number.isInteger(window)
    ? `"${name}";q=${integer(limit)};w=${integer(window)}`
    : `"${name}";q=${integer(limit)}`

/** Sums of fractions are not exact: a second more for a millionth of one would be told. */
const noise = 1e-6

/** Of half a call nobody can be told. A whole number is left alone: it becomes text much faster. */
const integer = (value: number): number =>
  Number.isInteger(value) && value <= largest ? value : Math.min(Math.ceil(value - noise), largest)

const secondsOf = (state: QuotaState): number => {
  const { remaining, resetAfter, retryAfter, limit, window, burst } = state
  if (retryAfter > 0) return waitOf(retryAfter, window)
  const untilNext = remaining > 0 ? resetAfter : resetAfter - ((burst - 1) * window) / limit
  return integer(Math.max(1, untilNext))
}

/** `Retry-After`, in whole seconds: never before the call can pass, and a window where it never can. */
export const waitOf = (retryAfter: number, window: number): number =>
  Math.max(1, integer(Number.isFinite(retryAfter) ? retryAfter : window))
