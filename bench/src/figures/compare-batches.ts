import { quantile } from './quantile.js'

/** Something to be timed, against a bound in microseconds for its median (if it has one). */
export interface Contender {
  readonly name: string
  readonly boundMicros?: number
  /** One call; must be synchronous. */
  readonly call: () => unknown
}

/** What was measured of one contender, in microseconds per call. */
export interface Figure {
  readonly name: string
  readonly boundMicros?: number
  readonly median: number
  readonly best: number
  readonly p99: number
}

/** Many and short: the fewer milliseconds one takes, the fewer of them are interrupted. */
const batches = 3000
const callsPerBatch = 200

/**
 * Times all contenders in one run, their batches interleaved so that a noisy moment of the machine
 * meets each of them alike.
 */
export const compareBatches = (contenders: readonly Contender[]): readonly Figure[] => {
  const samples = contenders.map((): number[] => [])
  for (const { call } of contenders) timeBatch(call)
  for (let batch = 0; batch < batches; batch += 1) {
    for (const [index, { call }] of contenders.entries()) samples[index]?.push(timeBatch(call))
  }
  return contenders.map(({ name, boundMicros }, index) => {
    const at = (share: number): number => quantile(samples[index] ?? [], share)
    return {
      name,
      ...(boundMicros !== undefined && { boundMicros }),
      median: at(0.5),
      best: at(0),
      p99: at(0.99),
    }
  })
}

const timeBatch = (call: () => unknown): number => {
  const startedAt = process.hrtime.bigint()
  for (let count = 0; count < callsPerBatch; count += 1) call()
  return Number(process.hrtime.bigint() - startedAt) / callsPerBatch / 1000
}
