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
