import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Worker } from 'node:worker_threads'
import express from 'express'
import { m2mAuth } from 'express-m2m'
import { type AuditSink, createM2M, type OnStoreError } from 'm2m-core'
import { createTestIssuer } from 'm2m-testkit'
import { expect, it } from 'vitest'
import { createRedisQuotaStore } from '../src/index.js'
import { nodeRedis } from './clients.js'
import { describeWithRedis } from './needs-redis.js'
import { startRedis } from './redis-server.js'

/** Sends many requests at once over many connections, as one caller can, and counts the answers. */
const flood = `
const { connect } = require('node:net')
const { parentPort, workerData: { port, token, connections, each } } = require('node:worker_threads')
const one = 'GET / HTTP/1.1\\r\\nHost: a\\r\\nAuthorization: Bearer ' + token + '\\r\\n\\r\\n'
const counts = {}
let left = connections
const sockets = []
const done = () => { left -= 1; if (left === 0) parentPort.postMessage(counts) }
let open = 0
for (let i = 0; i < connections; i += 1) {
  const socket = connect(port, '127.0.0.1', () => {
    open += 1
    if (open === connections) for (const s of sockets) s.write(one.repeat(each))
  })
  sockets.push(socket)
  let seen = 0, rest = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk) => {
    rest += chunk
    for (let m; (m = /HTTP\\/1\\.1 (\\d{3})/.exec(rest)); rest = rest.slice(m.index + 12)) {
      counts[m[1]] = (counts[m[1]] ?? 0) + 1
      seen += 1
      if (seen === each) { socket.destroy(); done(); return }
    }
    rest = rest.slice(-11)
  })
  socket.on('error', done)
}
`

const cases: readonly (readonly [who: 'a service' | 'a stranger', onStoreError: OnStoreError])[] = [
  ['a service', 'deny'],
  ['a service', 'allow'],
  ['a service', 'local'],
  ['a stranger', 'deny'],
]

describeWithRedis('server', 'a flood by one caller', () => {
  it.each(cases)('of %s is no fault of Redis (onStoreError %s)', async (who, onStoreError) => {
    const server = await startRedis()
    const { client, close } = await nodeRedis.connect(server.url)
    const events: string[] = []
    const sink: AuditSink = {
      admitted: false,
      write: () => undefined,
      notice: ({ event, message }) =>
        void (event.startsWith('quota') && events.push(`${event}: ${message}`)),
    }
    const issuer = await createTestIssuer()
    const m2m = createM2M({
      ...issuer.asStaticOptions(),
      audit: { sinks: [sink] },
      services: { other: { clients: [{ clientId: 'other' }], rate: '100000/h' } },
      quota: {
        store: createRedisQuotaStore(client),
        onStoreError,
        // What else is slow here is the machine.
        storeTimeout: 150,
        tiers: [{ name: 'all', rate: '100000/h' }],
      },
    })
    const app = express()
    app.use(m2mAuth({ m2m, requiredScope: 's2s:internal' }))
    app.get('/', (_request, response) => void response.send('ok'))
    const http = createServer(app).listen(0, '127.0.0.1')
    await once(http, 'listening')
    const { port } = http.address() as AddressInfo
    const token = await issuer.service({ claims: { rate_limit: '10/h' } })
    const other = await issuer.service({ claims: { client_id: 'other', sub: 'other' } })
    const url = `http://127.0.0.1:${port}/`
    const headers = { authorization: `Bearer ${token}` }
    await fetch(url, { headers })
    const others = new Set<number>()
    let isOver = false
    const asOther = async (): Promise<void> => {
      const init = { headers: { authorization: `Bearer ${other}` } }
      while (!isOver) others.add((await fetch(url, init)).status)
    }
    try {
      const worker = new Worker(flood, {
        eval: true,
        workerData: {
          port,
          token: who === 'a service' ? token : 'x.y.z',
          connections: 100,
          each: 100,
        },
      })
      const calling = asOther()
      const [counts] = await once(worker, 'message')
      isOver = true
      await calling
      expect(events).toEqual([])
      expect(others).toEqual(new Set([200]))
      expect(counts).toEqual(who === 'a service' ? { 200: 9, 429: 9991 } : { 401: 10_000 })
    } finally {
      http.closeAllConnections()
      http.close()
      close()
      await server.remove()
    }
  })
})
