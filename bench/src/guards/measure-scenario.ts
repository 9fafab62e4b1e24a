import { type ChildProcess, fork } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pin, type SpareCores } from '../figures/spare-cores.js'
import { serveKeys } from '../floods/serve-keys.js'
import { heardFrom, leaveProcess } from './ask-process.js'
import { expectGuarded } from './expect-guarded.js'
import { expectWholeLog } from './expect-whole-log.js'
import { type GuardCase, nameOf } from './guard-cases.js'
import type { ServerOrder, ServerReport } from './guard-server.js'
import { type Batch, type Load, runRounds, type StartedCase } from './run-rounds.js'
import { createTokenMint } from './token-mint.js'
import { connectionsOf, type TokenScenario, tokensByRound } from './token-scenarios.js'

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
  const generator = fork(new URL('./load-generator.js', import.meta.url), { execArgv: [] })
  if (cores && generator.pid) pin(generator.pid, cores.others)
  const processes = cases.map((one) =>
    forkServer(one, { ...mint, jwksUri: keys.jwksUri, logFile: logOf(one) }),
  )
  const end = async (): Promise<void> => {
    await Promise.all([...processes, generator].map(leaveProcess))
  }
  try {
    const ports = await Promise.all(processes.map(portOf))
    const started = cases.flatMap((one, index): readonly StartedCase[] => {
      const [process, port] = [processes[index], ports[index]]
      const connections = connectionsOf(one, scenario, load.connections)
      return process && port ? [{ ...one, process, port, connections }] : []
    })
    // Only now: they start twice as fast on two cores.
    for (const { pid } of processes) if (cores && pid) pin(pid, cores.measured)
    for (const one of started) await expectGuarded(one, mint)
    const tokens = tokensByRound(scenario, mint, load.connections * load.perConnection)
    const batches = await runRounds(started, generator, load, tokens)
    await end()
    for (const one of started) {
      const rounds = load.warmUps + (batches.get(nameOf(one))?.length ?? 0)
      const requests = rounds * one.connections * load.perConnection
      if (one.guard === 'everything and log') await expectWholeLog(logOf(one), requests)
    }
    return batches
  } finally {
    await end()
    await keys.close()
    await rm(logs, { recursive: true })
  }
}

const forkServer = ({ framework, guard }: GuardCase, task: ServerOrder['task']): ChildProcess => {
  const order: ServerOrder = { framework, guard, task }
  const server = fork(new URL('./guard-server.js', import.meta.url), {
    env: { ...process.env, NODE_ENV: 'production', GUARD_ORDER: JSON.stringify(order) },
    execArgv: [],
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  })
  showFaults(server)
  return server
}

const portOf = async (server: ChildProcess): Promise<number> => {
  const { port } = await heardFrom<ServerReport>(server)
  if (port === undefined) throw new Error('expected a server to say where it listens')
  return port
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
