// One server of the comparison, in a process of its own: told what it guards by its environment, and
// asked over IPC how much CPU time it has used.
import type { GuardTask } from './guard-task.js'

/** What the process is told in its environment, as JSON. */
export interface ServerOrder {
  readonly framework: 'express' | 'koa' | 'fastify'
  readonly guard: string
  readonly task: GuardTask
}

/** What it says: where it listens, once, and then how much CPU time it has used in microseconds. */
export interface ServerReport {
  readonly port?: number
  readonly cpuMicros?: number
}

const { framework, guard, task } = JSON.parse(process.env['GUARD_ORDER'] ?? '{}') as ServerOrder

const frameworks = {
  express: async () => (await import('./express-guards.js')).startExpress,
  koa: async () => (await import('./koa-guards.js')).startKoa,
  fastify: async () => (await import('./fastify-guards.js')).startFastify,
}

const report = (content: ServerReport): void => {
  process.send?.(content)
}

const start = await frameworks[framework]()
const { port, settle } = await start(guard, task)

process.on('message', () => {
  settle().then(
    () => {
      const { user, system } = process.cpuUsage()
      report({ cpuMicros: user + system })
    },
    (fault) => {
      console.error(fault)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit())
report({ port })
