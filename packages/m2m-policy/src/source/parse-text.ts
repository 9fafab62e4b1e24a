import { parseEvents, YAMLException } from 'js-yaml'
import type { Place, PolicyProblem } from '../problem/policy-problem.js'
import { quote } from '../problem/quote.js'
import { createLineFinder } from './line-finder.js'
import { type Path, startAt } from './plain-node.js'
import { readEvents } from './read-events.js'

/** A document as plain values, and where each of them stands. */
export interface ParsedText {
  readonly value: unknown
  readonly problems: readonly PolicyProblem[]
  /** Where the value stands, or the name before it; the closest one above where there is none. */
  placeOf(path: Path, what?: 'value' | 'name'): Place
}

/**
 * Control characters, other ends of lines than YAML's, and what turns the direction of text: editors
 * and terminals show a file with them as another one, also where they stand in a comment.
 */
const unseen =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\0-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\u061C\u200B\u200E\u200F\u2028-\u202E\u2060-\u206F\uFEFF]/
const mostProblems = 20
/** Deeper than anything that is accepted: what is too deep is told with its place. */
const maxDepth = 64

/**
 * Reads YAML 1.2, which JSON is part of, as plain data only: no aliases, tags, merge keys or other
 * versions, so that what a reviewer sees is what is decided on.
 */
export const parseText = (text: string, file: string): ParsedText => {
  const problems: PolicyProblem[] = []
  const positionOf = createLineFinder(text)
  const placeAt = (offset: number): Place => ({ file, ...positionOf(offset) })
  const refuse = (offset: number, message: string): void => {
    if (problems.length < mostProblems) problems.push({ ...placeAt(offset), message })
  }
  const hidden = text.search(unseen)
  if (hidden >= 0) {
    const code = text.codePointAt(hidden)?.toString(16).toUpperCase().padStart(4, '0')
    refuse(hidden, `expected text as it is shown, got the invisible character U+${code}`)
  }
  const loneReturn = text.search(/\r(?!\n)/)
  if (loneReturn >= 0)
    refuse(loneReturn, 'expected lines that end with a line feed, got a lone carriage return')
  try {
    const root = readEvents(parseEvents(text, { maxDepth }), text, refuse)
    return {
      value: problems.length > 0 ? undefined : root.value,
      problems,
      placeOf: (path, what) => placeAt(startAt(root, path, what === 'name')),
    }
  } catch (fault) {
    const isKnown = fault instanceof YAMLException
    const message = isKnown ? fault.reason : quote(String(fault))
    refuse((isKnown && fault.mark?.position) || 0, `is no plain YAML: ${message}`)
    return { value: undefined, problems, placeOf: () => placeAt(0) }
  }
}
