import { STATUS_CODES } from 'node:http'
import { styleText } from 'node:util'
import type { ApiRequest, Call, Chapter } from './call.js'
import { codeOf, differences, type Outcome } from './differences.js'

/** Where the calls are counted, and shown line by line as they are made. */
export interface Report {
  chapter(chapter: Chapter): void
  row(call: Call, outcome: Outcome): void
  /** Writes the closing line. @returns whether all was as expected */
  end(): boolean
}

/** Starts a report with a title. */
export const startReport = (title: string, write: (line: string) => void): Report => {
  const count = { passed: 0, failed: 0 }
  write(paint('bold', title))
  write(paint('dim', `  ${columns('caller', 'request', 'before', 'now', 'answer')}audit record`))

  const quote = (line: string): void => write(paint('dim', `      ${line}`))

  return {
    chapter: ({ heading }) => write(`\n${paint('bold', heading)}`),
    row(call, outcome) {
      const found = differences(call, outcome)
      const { before, now, record = '-' } = outcome
      const code = call.before === 'same' ? undefined : codeOf(now)
      const answer = String(code ?? STATUS_CODES[now.status])
      const cells = [call.caller, asText(call.request), before.status, now.status, answer] as const
      const mark = found.length === 0 ? paint('green', '✓') : paint('red', '✗')
      write(`${mark} ${columns(...cells)}${record}`)
      for (const difference of found) write(paint('red', `    ${difference}`))
      if (call.sentence) lines(`The log: ${outcome.sentence}`).forEach(quote)
      count[found.length === 0 ? 'passed' : 'failed'] += 1
    },
    end() {
      write(`\n${count.passed} passed, ${count.failed} failed`)
      return count.failed === 0
    },
  }
}

const widths = [23, 37, 8, 5, 25]

const columns = (...cells: readonly (string | number)[]): string =>
  cells.map((cell, index) => String(cell).padEnd(widths[index] ?? 0)).join('')

/** Breaks a text into lines for a terminal of 120 columns. */
const lines = (text: string): readonly string[] => text.match(/\S.{0,111}(?= |$)/g) ?? []

const asText = ({ method, path, body }: ApiRequest): string =>
  `${method.padEnd(5)}${path}${body ? ` of ${JSON.stringify(body.amount)}` : ''}`

/** Colours a text for a terminal, and leaves it alone for a file, a pipe or `NO_COLOR`. */
const paint = (colour: 'bold' | 'dim' | 'green' | 'red', text: string): string => {
  const { NO_COLOR: plain } = process.env
  return process.stdout.isTTY && !plain ? styleText(colour, text) : text
}
