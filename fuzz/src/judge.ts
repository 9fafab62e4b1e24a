import { isValid, type Mutant } from './mutant.js'
import type { FaultName } from './tally.js'
import type { Answer, Target } from './target.js'

/** A request, what was wrong with its answer, and anything that explains it. */
export interface Finding {
  readonly fault: FaultName
  readonly detail: string
}

/** What a request came to. */
export interface Judgement {
  readonly isValid: boolean
  readonly status: number | undefined
  readonly findings: readonly Finding[]
}

/** Other programs share the machine: slow is only what is slow this often in a row. */
const attempts = 3

/** Sends one request and says what, if anything, is wrong with the answer. */
export const judge = async (
  target: Target,
  mutant: Mutant,
  valid: ReadonlySet<string>,
): Promise<Judgement> => {
  const shouldPass = isValid(target.delivered(mutant), valid)
  try {
    const answer = await target.ask(mutant)
    const findings = [
      ...statusFindings(answer, shouldPass, mutant.status),
      ...(await timeFindings(target, mutant, answer)),
    ]
    return { isValid: shouldPass, status: answer.status, findings }
  } catch (fault) {
    const detail = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)
    const findings = [{ fault: 'without an answer', detail }] as const
    return { isValid: shouldPass, status: undefined, findings }
  }
}

const statusFindings = (
  { status }: Answer,
  shouldPass: boolean,
  expected: number | undefined,
): readonly Finding[] => {
  if (status >= 500) return [{ fault: 'answered 5xx', detail: `status ${status}` }]
  if (status < 400 && !shouldPass) return [{ fault: 'accepted', detail: `status ${status}` }]
  if (shouldPass && status !== 200) {
    return [{ fault: 'valid but refused', detail: `status ${status}` }]
  }
  return shouldPass || expected === undefined || status === expected
    ? []
    : [{ fault: 'refused otherwise', detail: `status ${status}, expected ${expected}` }]
}

const timeFindings = async (
  target: Target,
  mutant: Mutant,
  first: Answer,
): Promise<readonly Finding[]> => {
  let fastest = first.millis
  for (let count = 1; count < attempts && fastest > target.patience; count += 1) {
    fastest = Math.min(fastest, (await target.ask(mutant)).millis)
  }
  if (fastest <= target.patience) return []
  return [{ fault: 'slow', detail: `${Math.round(fastest)} ms at best of ${attempts}` }]
}
