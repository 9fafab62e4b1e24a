import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import autocannon from 'autocannon'
import { createTokenSigner, type TokenSigner } from '../calls/token-signer.js'
import type { Settings } from '../comparison/part.js'
import type { Prepared } from '../figures/take-turns.js'
import type { Answer, Start } from './connection-server.js'
import type { Growth } from './growth-curve.js'

const points = [1, 10, 100, 1000]
const leastRequests = 2000
/** So that making a connection is not most of what it costs. */
const requestsEach = 10
/** How often the load looks whether it is done, in milliseconds. */
const sampleInt = 10
const script = fileURLToPath(new URL('./connection-server.js', import.meta.url))

/** CPU time of a Fastify server per request, with more and more connections. */
export const connectionGrowths = ({ isQuick }: Settings): readonly Growth[] => {
  if (isQuick) return []
  const signer = createTokenSigner('RS256')
  return [false, true].map((isGuarded) => ({
    name: isGuarded ? 'fastify, token, scope, quota, operation' : 'fastify, bare',
    of: 'connections',
    unit: 'µs of CPU per request',
    points,
    rounds: 9,
    prepare: (connections) => prepareServer(signer, isGuarded, connections),
  }))
}

const prepareServer = async (
  signer: TokenSigner,
  isGuarded: boolean,
  connections: number,
): Promise<Prepared> => {
  const server = fork(script, { env: { ...process.env, NODE_ENV: 'production' } })
  const { issuer, audience, jwks } = signer
  const { port } = await ask(server, { isGuarded, signer: { issuer, audience, jwks } })
  const headers = { authorization: `Bearer ${await signer.sign(900)}` }
  const url = `http://127.0.0.1:${port}/internal/invoices`
  const amount = Math.max(leastRequests, requestsEach * connections)
  return {
    batch: async () => {
      const before = await ask(server, 'cpu')
      const result = await autocannon({ url, connections, amount, headers, sampleInt })
      const after = await ask(server, 'cpu')
      const good = result['2xx']
      if (good !== amount) throw new Error(`expected ${amount} good answers, got ${good}`)
      return [(after.cpuMicros - before.cpuMicros) / amount]
    },
    finish: async () => {
      const exited = once(server, 'exit')
      server.kill()
      await exited
    },
  }
}

const ask = async (server: ChildProcess, question: Start | 'cpu'): Promise<Answer> => {
  const answered = once(server, 'message')
  server.send(question)
  const [answer] = await answered
  return answer as Answer
}
