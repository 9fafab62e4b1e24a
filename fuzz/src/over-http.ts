import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { sendRaw } from 'adapter-conformance'
import express from 'express'
import { type M2M, m2mAuth } from 'express-m2m'
import { requiredScope } from './material.js'
import { type Mutant, trimmed } from './mutant.js'
import type { Target, Way } from './target.js'

/** The guard before a real Express 5 server, asked over bare sockets. */
export const overHttp: Way = { name: 'over HTTP', open: (m2m) => openOverHttp(m2m) }

const openOverHttp = async (m2m: M2M): Promise<Target> => {
  const app = express()
  app.use(m2mAuth({ m2m, requiredScope }), (_request, response) => void response.json({ ok: true }))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    name: overHttp.name,
    delivered: (mutant) => trimmed(withoutLineEnds(mutant)),
    ask: async (mutant) => {
      const startedAt = performance.now()
      const { status } = await sendRaw(port, bytesOf(withoutLineEnds(mutant)))
      return { status, millis: performance.now() - startedAt }
    },
    // The socket, the parser and this client share the machine: only silence counts here.
    patience: Number.POSITIVE_INFINITY,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await m2m.close()
    },
  }
}

/** A line end would end the header, and what follows would be another request. */
const withoutLineEnds = ({ lines, ...rest }: Mutant): Mutant => ({
  ...rest,
  lines: lines.map(([name, value]) => [name, value.replace(/[\r\n]/g, '\u000b')]),
})

const bytesOf = ({ lines, query }: Mutant): Buffer => {
  const target = query === undefined ? '/guarded' : `/guarded?${query}`
  const head = [['Host', '127.0.0.1'], ['Connection', 'close'], ...lines]
  const text = head.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return Buffer.from(`GET ${target} HTTP/1.1\r\n${text}\r\n`, 'latin1')
}
