import type { Verdict } from 'm2m-core'

/** What an M2M that works must answer to what it knows. */
export const expectAdmitted = (
  verdict: Verdict | Promise<Verdict>,
): Extract<Verdict, { admitted: true }> => {
  if (verdict instanceof Promise) throw new Error('expected a warm path, got a promise')
  if (!verdict.admitted) throw new Error(`expected to be admitted, got ${verdict.code}`)
  return verdict
}

/** What it must answer to what it refuses at once. */
export const expectRefused = (verdict: Verdict | Promise<Verdict>, status: number): void => {
  if (verdict instanceof Promise) throw new Error('expected a refusal, got a promise')
  if (verdict.admitted) throw new Error('expected a refusal, got admitted')
  if (verdict.reply.status !== status) throw new Error(`expected ${status}, got ${verdict.code}`)
}
