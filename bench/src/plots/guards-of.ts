import { type GuardCase, guardCases, nameOf } from '../guards/guard-cases.js'
import { otherTokens, usualTokens } from '../guards/token-scenarios.js'
import type { ComparisonFile } from './comparison-file.js'

/** What the part of the comparison over HTTP is called. */
export const httpPart = 'http'

/** The frameworks, in their order. */
export const frameworks: readonly GuardCase['framework'][] = [
  ...new Set(guardCases.map(({ framework }) => framework)),
]

/** What a framework is called above its guards. */
export const frameworkTitle = (
  framework: GuardCase['framework'],
  { versions }: ComparisonFile,
): string =>
  [`${framework[0]?.toUpperCase()}${framework.slice(1)}`, versions[framework]].join(' ').trim()

/** What a guard is called: ours by its package, as peers are. */
export const guardLabel = ({ framework, guard, kind }: GuardCase): string =>
  kind === 'ours' ? `${framework}-m2m, ${guard}` : guard

/** What the part measured and no plot shows: guards that have another name by now, or are gone. */
export const unknownGuards = ({ parts }: ComparisonFile): readonly string[] => {
  const suffixes = [usualTokens, ...otherTokens].map(({ suffix }) => suffix)
  const known = new Set(
    guardCases.flatMap((one) => suffixes.map((suffix) => `${nameOf(one)}${suffix}`)),
  )
  const measured = (parts[httpPart]?.measurements ?? []).map(({ name }) => name)
  return [...new Set(measured)].filter((name) => !known.has(name))
}
