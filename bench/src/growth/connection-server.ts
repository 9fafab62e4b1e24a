import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import m2mPlugin from 'fastify-m2m'
import { createWholeM2M, type TrustedSigner } from '../calls/guarded-calls.js'
import { billing } from '../calls/token-signer.js'

/** What the server is told first. */
export interface Start {
  readonly isGuarded: boolean
  readonly signer: TrustedSigner
}

/** What it answers then, and whenever it is asked. */
export interface Answer {
  readonly port: number
  readonly cpuMicros: number
}

const app = fastify()
let port = 0

const start = async ({ isGuarded, signer }: Start): Promise<void> => {
  const { scope: requiredScope, operation } = billing
  const answer = async () => ({ invoices: [] })
  if (isGuarded) {
    await app.register(m2mPlugin, { m2m: createWholeM2M(signer), requiredScope })
    app.get('/internal/invoices', { config: { m2m: { op: operation } } }, answer)
  } else app.get('/internal/invoices', answer)
  await app.listen({ port: 0, host: '127.0.0.1' })
  port = (app.server.address() as AddressInfo).port
}

process.on('message', async (message: Start | 'cpu') => {
  if (message !== 'cpu') await start(message)
  const { user, system } = process.cpuUsage()
  process.send?.({ port, cpuMicros: user + system } satisfies Answer)
})
process.on('disconnect', () => process.exit())
