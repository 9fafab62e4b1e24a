import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { forkOn, type SpareCores } from '../figures/spare-cores.js'
import { serveKeys } from '../floods/serve-keys.js'
import { heardFrom, leaveProcess } from './ask-process.js'
import { expectGuarded } from './expect-guarded.js'
import { expectWholeLog } from './expect-whole-log.js'
import { type GuardCase, nameOf } from './guard-cases.js'
import type { ServerOrder, ServerReport } from './guard-server.js'
import { type Batch, type Load, runRounds, type StartedCase } from './run-rounds.js'
import { createTokenMint } from './token-mint.js'
import { perConnectionOf, type TokenScenario, tokensByRound } from './token-scenarios.js'

/** Starts all cases, measures them in turn, and ends them; the batches of each case by its name. */
export const measureScenario = async (
  scenario: TokenScenario,
  cases: readonly GuardCase[],
  load: Load,
  cores: SpareCores | undefined,
): Promise<ReadonlyMap<string, readonly Batch[]>> => {
  const mint = createTokenMint(scenario.algorithm, scenario.length)
  const keys = await serveKeys(mint.jwks)
  const logs = await mkdtemp(join(tmpdir(), 'm2m-bench-'))
  const logOf = ({ framework }: GuardCase): string => join(logs, `${framework}.log`)
  const generator = forkOn(cores?.others, new URL('./load-generator.js', import.meta.url))
  const started: StartedCase[] = []
  const end = async (): Promise<void> => {
    await Promise.all([...started.map((one) => one.process), generator].map(leaveProcess))
    started.length = 0
  }
  try {
    for (const one of cases) {
      const task = { ...mint, jwksUri: keys.jwksUri, logFile: logOf(one) }
      const perConnection = perConnectionOf(one, scenario, load.perConnection)
      started.push({ ...one, perConnection, ...(await startServer(one, task, cores)) })
    }
    for (const one of started) await expectGuarded(one, mint)
    const tokens = tokensByRound(scenario, mint, load.connections * load.perConnection)
    const batches = await runRounds(started, generator, load, tokens)
    const all = [...started]
    await end()
    for (const one of all) {
      const rounds = load.warmUps + (batches.get(nameOf(one))?.length ?? 0)
      const requests = rounds * load.connections * one.perConnection
      if (one.guard === 'everything and log') await expectWholeLog(logOf(one), requests)
    }
    return batches
  } finally {
    await end()
    await keys.close()
    await rm(logs, { recursive: true })
  }
}

const startServer = async (
  one: GuardCase,
  task: ServerOrder['task'],
  cores: SpareCores | undefined,
): Promise<Pick<StartedCase, 'process' | 'port'>> => {
  const order: ServerOrder = { framework: one.framework, guard: one.guard, task }
  const server = forkOn(cores?.measured, new URL('./guard-server.js', import.meta.url), {
    env: { ...process.env, NODE_ENV: 'production', GUARD_ORDER: JSON.stringify(order) },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  showFaults(server)
  const { port } = await heardFrom<ServerReport>(server)
  if (port === undefined) throw new Error(`${nameOf(one)} does not say where it listens`)
  return { process: server, port }
}

/** On stderr servers also say whom they turned away; that is shown of one that fails, and only then. */
const showFaults = (server: ChildProcess): void => {
  let said = ''
  server.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-4000)
  })
  server.once('exit', (code) => {
    if (code !== null && code !== 0) console.error(said)
  })
}
