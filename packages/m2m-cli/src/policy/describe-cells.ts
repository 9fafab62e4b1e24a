import Table from 'cli-table3'
import type { PolicyTestCell } from 'm2m-policy'
import { type CommandIo, colorsOf } from '../command-io.js'

/**
 * Every answer of a test: a table of who may do what, turned if it is too wide, or a list where it
 * fits neither way.
 */
export const describeCells = (
  io: CommandIo,
  cells: readonly PolicyTestCell[],
): readonly string[] => {
  const callers = [...new Set(cells.map(({ who }) => who))]
  const questions = [...new Set(cells.map(questionOf))]
  const marks = new Map(cells.map((cell) => [keyOf(cell.who, questionOf(cell)), markOf(io, cell)]))
  const markAt = (who: string, question: string): string => marks.get(keyOf(who, question)) ?? ''
  const tables = [
    () => tableOf(questions, callers, (question, who) => markAt(who, question)),
    () => tableOf(callers, questions, markAt),
  ]
  for (const draw of tables) {
    const lines = draw().map((line) => `    ${line}`)
    if ((lines[0]?.length ?? 0) <= io.columns) return [...lines, `    ${legend}`]
  }
  return cells.map((cell) => `    ${markOf(io, cell)} ${cell.who} ${questionOf(cell)}`)
}

const legend = '✓ allowed  ✗ denied  ! not as expected'

const questionOf = ({ operation, resource }: PolicyTestCell): string =>
  resource === undefined ? operation : `${operation} ${resource}`

const keyOf = (who: string, question: string): string => `${who}\n${question}`

const markOf = (io: CommandIo, { expected, got }: PolicyTestCell): string => {
  const { green, red, dim } = colorsOf(io)
  const mark = got === 'allow' ? '✓' : '✗'
  if (expected !== got) return red(`${mark} !`)
  return got === 'allow' ? green(mark) : dim(mark)
}

const tableOf = (
  rows: readonly string[],
  columns: readonly string[],
  markAt: (row: string, column: string) => string,
): readonly string[] => {
  // No colours of its own: it knows nothing of NO_COLOR.
  const table = new Table({
    head: ['', ...columns],
    style: { head: [], border: [], compact: true },
  })
  for (const row of rows) table.push([row, ...columns.map((column) => markAt(row, column))])
  return table.toString().split('\n')
}
