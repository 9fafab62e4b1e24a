import type { Refusal } from '../errors/refusal.js'
import { claimMalformed } from '../token/check-claims.js'
import type { JsonObject } from '../token/compact.js'
import { readClaim } from './claim-path.js'

const mostOps = 1000
const longestOp = 128

/**
 * The token's operations as this claim states them: a list of texts, a text separated by spaces or
 * commas, or a JSON list in a text. No claim: undefined, which is not the same as none. Any other
 * type, more than 1000 entries or one longer than 128 characters refuses the token. Does not check
 * that an entry is an operation: what is none never matches.
 */
export const readAllowedOps = (
  claims: JsonObject,
  claim: string,
): readonly string[] | undefined | Refusal => {
  const value = readClaim(claims, claim)
  if (value === undefined) return undefined
  const ops = listOf(value)
  if (ops === undefined) return claimMalformed(claim, 'a list of texts or one text', value)
  const fits = ops.length <= mostOps && ops.every((op) => op.length <= longestOp)
  return fits ? [...new Set(ops)] : claimMalformed(claim, `at most ${mostOps} short texts`, value)
}

const listOf = (value: unknown): readonly string[] | undefined => {
  if (Array.isArray(value)) {
    return value.every((op) => typeof op === 'string') ? [...value] : undefined
  }
  if (typeof value !== 'string') return undefined
  return value.startsWith('[') ? listInText(value) : value.split(/[ ,]/).filter((op) => op !== '')
}

const listInText = (text: string): readonly string[] | undefined => {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? listOf(value) : undefined
  } catch {
    return undefined
  }
}
