import type { AuditRecord, AuditSink } from 'm2m-core'
import { paint } from './paint.js'

/** The heading of the log, with the names of its columns. */
export const logTitle = (): string => {
  const names = ['request', 'time', 'outcome', 'stage', 'service', 'operation', 'µs', 'decided by']
  return `\n${paint('bold', 'Decision log')}\n${paint('dim', names.map(align).join('  '))}`
}

/** A sink for people: one aligned line per record, and below a refusal what to do about it. */
export const decisionLog = (write: (line: string) => void): AuditSink => {
  const explain = (message: string): void => {
    for (const line of wrap(message)) write(paint('dim', `${' '.repeat(margin)}${line}`))
  }
  return {
    write(record) {
      write(describe(record))
      if (record.message) explain(record.message)
    },
    notice({ time, level, event, message }) {
      write(['-', clockTime(time), level, event].map(align).join('  '))
      explain(message)
    },
  }
}

const widths = [8, 12, 11, 10, 9, 16, 6]
const outcomeColumn = 2
const microsColumn = 6
const margin = 10
const lineWidth = 118

const align = (cell: string, column: number): string => {
  const width = widths[column] ?? 0
  return column === microsColumn ? cell.padStart(width) : cell.padEnd(width)
}

const clockTime = (iso: string): string => iso.slice(11, 23)

const describe = (record: AuditRecord): string => {
  const { requestId, time, outcome, stage, service, operation, durationMicros } = record
  const colour = outcome === 'admitted' ? 'green' : outcome === 'refused' ? 'yellow' : 'red'
  const cells = [
    requestId.slice(0, 8),
    clockTime(time),
    outcome,
    stage,
    service?.id ?? '-',
    operation ?? '-',
    String(durationMicros),
    decidedBy(record),
  ]
  return cells
    .map(align)
    .map((cell, column) => (column === outcomeColumn ? paint(colour, cell) : cell))
    .join('  ')
    .trimEnd()
}

/**
 * The policy that decided. Before it, what forbade first: token or tier; then a policy in brackets
 * would have allowed it. The cause where the line did not get as far as a decision.
 */
const decidedBy = ({ layers = [], cause }: AuditRecord): string => {
  const policy = layers.find(({ layer }) => layer === 'policy')
  if (!policy) return cause ?? ''
  const matched = `policy: ${policy.rule ?? 'none'}`
  const first = layers.find(({ answer }) => answer === 'forbid') ?? policy
  if (first === policy) return matched
  return policy.answer === 'permit' ? `${first.layer} (${matched})` : `${first.layer}, ${matched}`
}

const wrap = (message: string): readonly string[] => {
  const lines = ['']
  for (const word of message.split(' ')) {
    const line = `${lines.at(-1)} ${word}`.trimStart()
    if (line.length > lineWidth - margin) lines.push(word)
    else lines[lines.length - 1] = line
  }
  return lines
}
