import { isDeepStrictEqual } from 'node:util'
import type { Call } from './call.js'
import type { Answer } from './make-call.js'

/** What came of a call: both answers, and the last audit record in short. */
export interface Outcome {
  readonly before: Answer
  readonly now: Answer
  readonly record: string | undefined
  /** What the log says about it. */
  readonly sentence: string | undefined
}

/** All in which the outcome is not the expected one; empty when all is well. */
export const differences = (expected: Call, outcome: Outcome): readonly string[] => {
  const { before, now, record, sentence } = outcome
  const { status, body, code } = expected.now
  const found: string[] = []
  const compare = (what: string, wanted: unknown, got: unknown): void => {
    if (isDeepStrictEqual(wanted, got)) return
    found.push(`${what}: expected ${asText(wanted)}, got ${asText(got)}`)
  }
  compare('status', status, now.status)
  if (body !== undefined) compare('body', body, jsonOf(now))
  if (code !== undefined) compare('code', code, codeOf(now))
  if (expected.before === 'same') compare('answer as before', before, now)
  else compare('status before', expected.before, before.status)
  compare('record', expected.record, record)
  if (expected.sentence && !sentence?.includes(expected.sentence)) {
    found.push(`log: expected ${expected.sentence}, got ${sentence}`)
  }
  return found
}

/** The `code` of a problem. */
export const codeOf = (answer: Answer): unknown =>
  (jsonOf(answer) as { code?: unknown } | null | undefined)?.code

const jsonOf = ({ text }: Answer): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const asText = (value: unknown): string => JSON.stringify(value) ?? 'none'
