import type { PolicyProblem } from './problem/policy-problem.js'
import { parseText } from './source/parse-text.js'
import { folderOf, readText } from './source/read-text.js'

/** What a file holds, or what is wrong with it. */
export interface PlainReading {
  /** Undefined when there are problems. */
  readonly value: unknown
  readonly problems: readonly PolicyProblem[]
}

/**
 * Reads one file of plain YAML or JSON as strictly as the files of a policy, for tools: a resource, a
 * context. Never throws; says nothing of what the file should hold.
 */
export const readPlainFile = (file: string): PlainReading => {
  const read = readText(file, folderOf(file))
  if (read.fault === undefined) {
    const { value, problems } = parseText(read.text, file)
    return { value, problems }
  }
  return { value: undefined, problems: [{ file, line: 0, column: 0, message: read.fault }] }
}
