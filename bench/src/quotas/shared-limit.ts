import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { QuotaRate } from 'm2m-core'
import { createTestIssuer } from 'm2m-testkit'
import { atMost, type Check } from '../figures/print-checks.js'
import type { Shift, ShiftReport } from './shared-limit-worker.js'

const processes = 4
/** Sixteen times the limit, all of them together. */
const perSecond = 400
const rate: QuotaRate = { limit: 100, window: 1, burst: 100 }
/** Milliseconds. Around the edge of two fixed windows so many see what both let through. */
const stretch = 130
const tolerance = 0.01

/** Several processes share one limit by way of Redis, and offer far more than it. */
export const checkSharedLimit = async (
  url: string,
  milliseconds: number,
): Promise<readonly Check[]> => {
  const reports = await workAll(url, milliseconds)
  const admitted = reports.flatMap(({ admittedAt }) => admittedAt).sort((one, other) => one - other)
  const sum = (of: (report: ShiftReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0)
  const beganAt = admitted[0] ?? Number.NaN
  const seconds = ((admitted.at(-1) ?? Number.NaN) - beganAt) / 1000
  const slowest = Math.max(...reports.map((report) => report.slowest))
  const most = rate.burst + rate.limit * seconds
  const { first, later } = mostInStretches(admitted, beganAt)
  // An answer may be that much later than its charge.
  const mostInStretch = rate.burst + (rate.limit * (stretch + slowest)) / 1000

  console.log(
    `${processes} processes share ${rate.limit}/s by way of one Redis and offer ` +
      `${processes * perSecond}/s: ${sum(({ sent }) => sent)} calls, of which ` +
      `${admitted.length} were admitted and ${sum(({ refused }) => refused)} refused`,
  )
  console.log(`admitted in each second: ${perSecondOf(admitted, beganAt).join(' ')}`)
  console.log(
    `most in any ${stretch} ms: ${first} while the burst of ${rate.burst} is used up, ${later} after ` +
      `that; a fixed window lets ${2 * rate.limit} through at each of its edges\n`,
  )
  return [
    {
      name: `admitted, ${processes} processes, ${seconds.toFixed(2)} s`,
      measured: String(admitted.length),
      bound: `${most.toFixed(0)} ± ${100 * tolerance} %`,
      isKept: Math.abs(admitted.length - most) <= tolerance * most,
    },
    atMost(
      'neither admitted nor refused',
      sum(({ others }) => others),
      0,
    ),
    atMost(
      `most in any ${stretch} ms, answers up to ${slowest.toFixed(0)} ms late`,
      first,
      mostInStretch,
    ),
    atMost('the same, once the burst is used up: no second window', later, rate.limit / 2),
  ]
}

const workAll = async (url: string, milliseconds: number): Promise<readonly ShiftReport[]> => {
  const issuer = await createTestIssuer()
  const shift: Shift = {
    options: issuer.asStaticOptions(),
    token: await issuer.service(),
    warmUpToken: await issuer.service({ id: 'warm-up' }),
    url,
    prefix: `bench:${randomUUID()}:`,
    rate,
    perSecond,
    milliseconds,
  }
  const workers = Array.from({ length: processes }, () =>
    fork(new URL('./shared-limit-worker.js', import.meta.url)),
  )
  try {
    await Promise.all(workers.map((worker) => tell(worker, shift)))
    return await Promise.all(workers.map((worker) => tell(worker, 'begin')))
  } finally {
    for (const worker of workers) worker.kill()
  }
}

/** Tells a process something, and waits for its answer. */
const tell = async (worker: ChildProcess, message: object | string): Promise<ShiftReport> => {
  const ended = once(worker, 'exit').then(([code]) => {
    throw new Error(`a process ended with ${code} before its answer`)
  })
  const answered = once(worker, 'message')
  worker.send(message)
  const [answer] = await Promise.race([answered, ended])
  ended.catch(() => undefined)
  return answer
}

const perSecondOf = (times: readonly number[], beganAt: number): readonly number[] => {
  const counts: number[] = []
  for (const time of times) {
    const second = Math.floor((time - beganAt) / 1000)
    counts[second] = (counts[second] ?? 0) + 1
  }
  return Array.from(counts, (count) => count ?? 0)
}

/** In any stretch: until what is there at once is used up, in the first second, and after that. */
const mostInStretches = (times: readonly number[], beganAt: number) => {
  const most = { first: 0, later: 0 }
  let first = 0
  for (const [last, time] of times.entries()) {
    while (time - (times[first] ?? time) > stretch) first += 1
    const when = (times[first] ?? time) < beganAt + 1000 ? 'first' : 'later'
    most[when] = Math.max(most[when], last - first + 1)
  }
  return most
}
