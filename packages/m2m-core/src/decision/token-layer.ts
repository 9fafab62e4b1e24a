import { quote } from '../errors/quote.js'
import { isWildcard, type OperationPattern, parsePattern } from '../policy/operation.js'
import type { Principal } from '../principal/identify.js'
import type { RuleLayer } from './rule-layer.js'

/** The layer of a token's own operations; absent where the token states none. */
export const tokenLayer = (
  { allowedOps, withinOps }: Principal,
  wildcardOps: boolean,
): RuleLayer => {
  const name = 'token'
  const stated = allowedOps ?? withinOps
  if (stated === undefined) return { name, rules: undefined, note: 'no allowed_ops claim' }
  const patternOf = (text: string): OperationPattern | undefined => {
    const pattern = parsePattern(text)
    return pattern && (wildcardOps || !isWildcard(pattern)) ? pattern : undefined
  }
  const patterns = stated.flatMap((text) => patternOf(text) ?? [])
  const ignored = stated.filter((text) => !patternOf(text))
  const rule = { name: 'allowed_ops', effect: 'allow', patterns, conditions: [] } as const
  const note = ignored.length > 0 ? ignoredNote(ignored) : undefined
  if (allowedOps) return { name, rules: [rule], note }
  return { name, rules: [rule], note: note ?? onlyNarrows, isBound: true }
}

const onlyNarrows = 'its issuer is not trusted with allowed_ops, which only narrow'

const ignoredNote = (ignored: readonly string[]): string =>
  `ignored in allowed_ops: ${quote(ignored)} (wildcards count only with wildcardOps, everything ` +
  'else must be like "transfers:create")'
