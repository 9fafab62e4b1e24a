import type { ChildProcess } from 'node:child_process'
import { askProcess } from './ask-process.js'
import { type GuardCase, nameOf } from './guard-cases.js'
import type { ServerReport } from './guard-server.js'
import { answer, path } from './guard-task.js'
import type { LoadOrder, LoadReport } from './load-generator.js'

/** A server that waits for requests. */
export interface StartedCase extends GuardCase {
  readonly process: ChildProcess
  readonly port: number
  /** Over how many its requests come. */
  readonly connections: number
}

/** How much is sent, and how often. */
export interface Load {
  /** Rounds that are measured: so many at least, and at most as many as take so many seconds. */
  readonly rounds: { readonly least: number; readonly most: number; readonly seconds: number }
  /** Rounds before them that count for nothing: V8 has not seen enough yet to know what it runs. */
  readonly warmUps: number
  readonly connections: number
  /** Requests of a batch over each connection, at most. */
  readonly perConnection: number
}

/** What one batch came to. */
export interface Batch {
  /** Microseconds of CPU time that the server's process used for one request. */
  readonly cpu: number
  readonly perSecond: number
  /** Milliseconds. */
  readonly p50: number
  readonly p99: number
}

/**
 * Sends every case one batch in each round. Those of a framework are measured next to each other, so
 * that what the machine does besides meets all of them; who is first is left to chance.
 */
export const runRounds = async (
  cases: readonly StartedCase[],
  generator: ChildProcess,
  load: Load,
  tokensOfRound: () => readonly string[],
): Promise<ReadonlyMap<string, readonly Batch[]>> => {
  const batches = new Map(cases.map((one) => [nameOf(one), [] as Batch[]]))
  const frameworks = [...new Set(cases.map(({ framework }) => framework))]
  const { least, most, seconds } = load.rounds
  let beganAt = performance.now()
  for (let round = -load.warmUps; round < most; round += 1) {
    if (round === 0) beganAt = performance.now()
    if (round >= least && performance.now() - beganAt > seconds * 1000) break
    const tokens = tokensOfRound()
    for (const framework of shuffled(frameworks)) {
      for (const one of shuffled(cases.filter((each) => each.framework === framework))) {
        const batch = await runBatch(one, generator, load.perConnection, tokens)
        if (round >= 0) batches.get(nameOf(one))?.push(batch)
      }
    }
  }
  return batches
}

const runBatch = async (
  one: StartedCase,
  generator: ChildProcess,
  perConnection: number,
  tokens: readonly string[],
): Promise<Batch> => {
  const { connections } = one
  const url = `http://127.0.0.1:${one.port}${path}`
  const order: LoadOrder = {
    ...{ url, tokens, connections, perConnection },
    body: JSON.stringify(answer),
  }
  const before = await cpuOf(one)
  const report = await askProcess<LoadReport>(generator, order)
  const after = await cpuOf(one)
  if ('fault' in report) throw new Error(`${nameOf(one)}: ${report.fault}`)
  return { ...report, cpu: (after - before) / (connections * perConnection) }
}

const cpuOf = async ({ process }: StartedCase): Promise<number> => {
  const { cpuMicros } = await askProcess<ServerReport>(process, {})
  if (cpuMicros === undefined) throw new Error('expected a server to say how much CPU it used')
  return cpuMicros
}

const shuffled = <Item>(items: readonly Item[]): readonly Item[] =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item)
