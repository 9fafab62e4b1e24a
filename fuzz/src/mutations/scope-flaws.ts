import { requiredScope } from '../material.js'
import { flawsOf } from './flaw.js'

const otherScopes: readonly unknown[] = [
  ...[
    undefined,
    '',
    ' ',
    [],
    requiredScope.toUpperCase(),
    `${requiredScope}-x`,
    '*',
    's2s:*',
    's2s',
  ],
  ...[
    `${requiredScope}\t`,
    `${requiredScope},s2s:other`,
    `x${requiredScope}`,
    `${requiredScope}\u00a0`,
  ],
  ...[requiredScope.slice(0, -1), [`${requiredScope} s2s:other`], ['s2s', 'internal'], '__proto__'],
]

/** Scopes among which the required one is not: RFC 6749 §3.3, compared character by character. */
export const scopeFlaws = flawsOf('claims', 403, [
  ({ random }) => ({ scope: random.pick(otherScopes) }),
])
