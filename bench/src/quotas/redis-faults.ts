import type { ClientName } from './redis-clients.js'
import type { StoreFault } from './store-fault.js'

/** How long everything lasts, in milliseconds. */
export interface FaultLengths {
  readonly before: number
  readonly after: number
  readonly killed: number
  readonly paused: number
}

/** Every fault, with the clients that are to bear it. */
export const faultsOf = ({ killed, paused }: FaultLengths): readonly StoreFault[] => {
  const clients: readonly ClientName[] = ['node-redis', 'ioredis']
  return [
    ...clients.map((client) => ({ ...killedFor(killed), client })),
    { ...pausedFor(paused), client: 'node-redis' },
    ...clients.map((client) => ({ ...flushed, client })),
    ...clients.map((client) => ({ ...slowed, client })),
  ]
}

type Fault = Omit<StoreFault, 'client'>

const killedFor = (milliseconds: number): Fault => ({
  name: 'killed',
  milliseconds,
  isOutage: true,
  begin: (server) => server.kill(),
  end: (server) => server.start(),
})

const pausedFor = (milliseconds: number): Fault => ({
  name: 'paused (SIGSTOP)',
  milliseconds,
  isOutage: true,
  begin: (server) => server.freeze(),
  end: (server) => server.thaw(),
})

const flushed: Fault = {
  name: 'flushed',
  milliseconds: 500,
  isOutage: false,
  begin: async (server) => {
    await server.command('FLUSHALL')
    await server.command('SCRIPT', 'FLUSH')
  },
}

const slowed: Fault = {
  name: 'slowed to 2 s',
  milliseconds: 2000,
  isOutage: true,
  begin: (server) => server.command('CLIENT', 'PAUSE', '2000', 'ALL'),
}
