import { readFileSync } from 'node:fs'
import { sep } from 'node:path'
import type { PolicyProblem } from 'm2m-policy'
import { type CommandIo, colorsOf, oneLine, shownPlace } from './command-io.js'

/** Prints problems on stderr, each with the line that it is about and a caret under the column. */
export const printProblems = (io: CommandIo, problems: readonly PolicyProblem[]): void => {
  for (const problem of problems) io.stderr(`${describe(io, problem)}\n`)
}

const describe = (io: CommandIo, problem: PolicyProblem): string => {
  const colors = colorsOf(io)
  const headline = `${colors.bold(shownPlace(io, problem))}: ${shownMessage(io, problem)}`
  const frame = frameOf(problem)
  if (!frame) return headline
  const margin = `${problem.line} | `
  return [
    headline,
    colors.dim(`  ${margin}`) + frame.text,
    `  ${' '.repeat(margin.length + frame.caret)}${colors.red('^')}`,
  ].join('\n')
}

const longest = 120

/** The line of a problem, cut around its column, as far as the file still has one. */
const frameOf = ({ file, line, column }: PolicyProblem) => {
  if (line === 0) return undefined
  const whole = lineOf(file, line)
  if (whole === undefined) return undefined
  const from = Math.max(0, column - 1 - longest / 2)
  // One character for one: the caret stays where it points, and nothing moves the cursor.
  const text = whole.slice(from, from + longest).replace(/\p{C}/gu, ' ')
  return { text, caret: Math.max(0, column - 1 - from) }
}

const lineOf = (file: string, line: number): string | undefined => {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/)[line - 1]
  } catch {
    return undefined
  }
}

/** A message without the folder that people are in, which they know. */
const shownMessage = ({ cwd }: CommandIo, { message }: PolicyProblem): string =>
  oneLine(message.replaceAll(`${cwd}${sep}`, ''))
