import type { Refusal } from '../errors/refusal.js'
import { claimMalformed } from '../token/check-claims.js'
import { isJsonObject, type JsonObject, member } from '../token/compact.js'
import { readClaim } from './claim-path.js'

/** A budget: `limit` calls in `window` seconds, `burst` of them at once. */
export interface RateLimit {
  readonly limit: number
  readonly window: number
  readonly burst?: number
}

/**
 * A budget as options and policies write it: calls per minute, `"100/min"`, `"10/s;burst=20"`, or
 * `{ limit, window, burst }` with seconds.
 */
export type RateOptions =
  | number
  | string
  | { readonly limit: number; readonly window?: number; readonly burst?: number }

/** The `rate_limit` claim: one budget for the service, or one for each of some operations. */
export type RateLimits = RateLimit | { readonly operations: Readonly<Record<string, RateLimit>> }

const defaultWindow = 60
/** A year. */
const longestWindow = 366 * 86_400
/** One call takes that long at most: a limit next to nothing would lock its service out for ever. */
const longestInterval = 86_400
const mostOperations = 1000
/** No wildcards: nobody could say whether each operation has that budget or all of them together. */
const operationGrammar = /^[\w.-]{1,64}(?::[\w.-]{1,64})+$/
const inText = /^(\d{1,9})\/(s|min|h|d)(?:;burst=(\d{1,9}))?$/
const seconds: Readonly<Record<string, number>> = { s: 1, min: 60, h: 3600, d: 86_400 }

/**
 * The token's budget as this claim states it: a number per 60 s, `"100/min"`, `"10/s;burst=20"`, `{ limit, window,
 * burst }`, or a map of those by operation; objects also as JSON in a text. No claim: undefined. Anything else, negative or not
 * finite, or less than one call a day but 0, refuses the token; it never means "no limit". Does not enforce anything.
 */
export const readRateLimit = (
  claims: JsonObject,
  claim: string,
): RateLimits | undefined | Refusal => {
  const value = objectInText(readClaim(claims, claim))
  if (value === undefined) return undefined
  const limits = budgetOf(value) ?? budgetsByOperation(value)
  return limits ?? claimMalformed(claim, 'a number, "100/min" or { limit, window, burst }', value)
}

/** Some authorization servers can put nothing but text into a claim. */
const objectInText = (value: unknown): unknown => {
  if (typeof value !== 'string' || !value.startsWith('{')) return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** A budget as it is written anywhere; undefined when it is none. */
export const budgetOf = (value: unknown): RateLimit | undefined => {
  if (typeof value === 'number') return checked(value, defaultWindow, undefined)
  if (typeof value === 'string') return budgetInText(value)
  if (!isJsonObject(value) || !Object.hasOwn(value, 'limit')) return undefined
  const window = Object.hasOwn(value, 'window') ? value['window'] : defaultWindow
  return checked(value['limit'], window, member(value, 'burst'))
}

/** Whether a value is a budget: also what is written right may be less than one call a day. */
export const isRate = (value: unknown): boolean => budgetOf(value) !== undefined

const budgetInText = (text: string): RateLimit | undefined => {
  const [, limit, unit = '', burst] = inText.exec(text) ?? []
  if (limit === undefined) return undefined
  return checked(Number(limit), seconds[unit], burst === undefined ? undefined : Number(burst))
}

const checked = (limit: unknown, window: unknown, burst: unknown): RateLimit | undefined => {
  if (!isAmount(limit) || !isAmount(window) || window === 0 || window > longestWindow) {
    return undefined
  }
  // Nothing at all is as good as said.
  if (limit > 0 && window / limit > longestInterval) return undefined
  if (burst === undefined) return Object.freeze({ limit, window })
  return isAmount(burst) ? Object.freeze({ limit, window, burst }) : undefined
}

const budgetsByOperation = (value: unknown): RateLimits | undefined => {
  if (!isJsonObject(value) || Object.hasOwn(value, 'limit')) return undefined
  const names = Object.keys(value)
  // `{ requests: 100 }` is a budget misspelt, no map of operations; those have a colon.
  const areOperations = names.every((name) => operationGrammar.test(name))
  if (names.length === 0 || names.length > mostOperations || !areOperations) return undefined
  const budgets = names.map((name): [string, RateLimit | undefined] => [
    name,
    budgetOf(value[name]),
  ])
  if (!budgets.every((entry): entry is [string, RateLimit] => entry[1] !== undefined)) {
    return undefined
  }
  return Object.freeze({ operations: Object.freeze(Object.fromEntries(budgets)) })
}

const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0
