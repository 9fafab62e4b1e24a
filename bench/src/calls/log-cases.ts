import { once } from 'node:events'
import { createReadStream, createWriteStream, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { setImmediate, setTimeout } from 'node:timers/promises'
import { jsonLines } from 'm2m-core'
import type { Findings, Settings } from '../comparison/part.js'
import { excessOf, judge } from '../figures/between-rounds.js'
import { cpuSince, microsOfCpu } from '../figures/cpu-time.js'
import { type Case, measurementOf } from '../figures/take-turns.js'
import { callCold, callWarm, createWholeM2M, requestWith } from './guarded-calls.js'
import type { TokenSigner } from './token-signer.js'

/** Requests that a busy server answers before it looks at its files and sockets again. */
const perTurn = 32
const turns = 40
/** Of a token and of an operation. */
const recordsPerRequest = 2

const untilAnswered = 'µs until answered'
const units = [microsOfCpu, untilAnswered]
const names = {
  none: 'request without a decision log',
  discarded: 'request with a decision log that is discarded',
  file: 'request with a decision log to a file',
  alone: 'request with a decision log to a file, one at a time',
  aloneNone: 'request without a decision log, one at a time',
}

/** The same requests with and without a decision log, until all is written. */
export const logCases = (signer: TokenSigner, { isQuick }: Settings): readonly Case[] => {
  const busy = [
    logCase(signer, names.none, perTurn, () => undefined),
    logCase(signer, names.discarded, perTurn, discard),
    logCase(signer, names.file, perTurn, toFile),
  ]
  const idle = [
    logCase(signer, names.aloneNone, 1, () => undefined),
    logCase(signer, names.alone, 1, toFile),
  ]
  return isQuick ? busy : [...busy, ...idle]
}

/**
 * What a log adds in each round, by record. Two figures: until the calls have their answers, and
 * the CPU time until all is written, by whatever thread; the target takes the larger.
 */
export const logFindings = (measurements: Findings['measurements']): Findings => {
  const added = (name: string, log: string, none: string) =>
    units.flatMap((unit) => {
      const samples = excessOf(measurements, [log, none, unit])
      const perRecord = samples?.map((sample) => sample / recordsPerRequest)
      return perRecord ? [measurementOf(name, unit, perRecord)] : []
    })
  const toFileAdded = added('log record to a file', names.file, names.none)
  const [larger] = [...toFileAdded].sort((one, other) => other.median - one.median)
  return {
    measurements: [
      ...measurements,
      ...toFileAdded,
      ...added('log record, discarded', names.discarded, names.none),
      ...added('log record to a file, one request at a time', names.alone, names.aloneNone),
    ],
    curves: [],
    targets: larger
      ? judge({ name: larger.name, atMost: 2.5, unit: larger.unit }, larger.samples)
      : [],
  }
}

interface Log {
  readonly stream: Writable
  /** Ends the log, and looks whether it has a line for each record. */
  finish(records: number): Promise<void>
}

const discard = (): Log => ({
  stream: new Writable({ write: (_chunk, _encoding, done) => done() }),
  finish: async () => undefined,
})

const toFile = (): Log => {
  const folder = mkdtempSync(join(tmpdir(), 'm2m-bench-'))
  const path = join(folder, 'decisions.jsonl')
  const stream = createWriteStream(path)
  return {
    stream,
    finish: async (records) => {
      stream.end()
      await once(stream, 'close')
      let lines = 0
      for await (const line of createInterface(createReadStream(path))) {
        if ('requestId' in JSON.parse(line)) lines += 1
      }
      rmSync(folder, { recursive: true })
      if (lines !== records) throw new Error(`expected ${records} records, got ${lines}`)
    },
  }
}

const logCase = (
  signer: TokenSigner,
  name: string,
  requests: number,
  open: () => Log | undefined,
): Case => ({
  name,
  units,
  prepare: async () => {
    const request = requestWith(await signer.sign(900))
    const log = open()
    const m2m = createWholeM2M(signer, log ? [jsonLines(log.stream)] : [])
    await callCold(m2m, request)
    let sent = 1
    return {
      batch: async () => {
        const before = process.cpuUsage()
        let answering = 0
        for (let turn = 0; turn < turns; turn += 1) {
          const begunAt = performance.now()
          for (let count = 0; count < requests; count += 1) callWarm(m2m, request)
          answering += performance.now() - begunAt
          await setImmediate()
          await untilTaken(log?.stream)
        }
        await untilWritten(log?.stream)
        const count = turns * requests
        sent += count
        return [cpuSince(before) / count, (answering * 1000) / count]
      },
      finish: async () => {
        await m2m.close()
        await log?.finish(sent * recordsPerRequest)
      },
    }
  },
})

/** Waits where a stream asks for it; else the log would drop what piles up. */
const untilTaken = async (stream: Writable | undefined): Promise<void> => {
  if (stream?.writableNeedDrain) await once(stream, 'drain')
}

const untilWritten = async (stream: Writable | undefined): Promise<void> => {
  do await setTimeout(1)
  while (stream && stream.writableLength > 0)
}
