import { readToken } from './compact-token.js'
import { guardedPath, requiredOperation, requiredScope } from './conformance-target.js'
import { isJsonObject } from './json.js'

const shortest = 8
/** What the guard's own configuration says may be told, also when a token says the same. */
const known = [guardedPath, requiredOperation, requiredScope]

/**
 * What a response must not repeat of these tokens: their parts, and the texts in their headers and
 * claims, from 8 characters on. Texts that the server's own configuration contains are no secrets.
 */
export const secretsOf = (tokens: readonly string[]): readonly string[] => {
  const texts = tokens.flatMap((token) => [...token.split('.'), ...textsIn(tryReadToken(token))])
  const secrets = texts.filter((text) => text.length >= shortest && !isKnown(text))
  return [...new Set(secrets)]
}

const isKnown = (text: string): boolean => known.some((configured) => configured.includes(text))

const tryReadToken = (token: string): unknown => {
  try {
    const { header, claims } = readToken(token)
    return [header, claims]
  } catch {
    return []
  }
}

/** All texts in a JSON value; walks without recursion, since a hostile value may be deep. */
const textsIn = (root: unknown): readonly string[] => {
  const texts: string[] = []
  const pending = [root]
  while (pending.length > 0) {
    const value = pending.pop()
    if (typeof value === 'string') texts.push(value)
    else if (Array.isArray(value)) pending.push(...value)
    else if (isJsonObject(value)) pending.push(...Object.values(value))
  }
  return texts
}
