// Sends requests, in a process of its own, so that neither its work nor its garbage is anybody else's.
import autocannon from 'autocannon'
import { quantile } from '../figures/quantile.js'

/** One batch: as many requests over each connection, which is then closed. */
export interface LoadOrder {
  readonly url: string
  readonly tokens: readonly string[]
  readonly connections: number
  readonly perConnection: number
  /** What every answer must say, besides that it is 200. */
  readonly body: string
}

/** What came of it, times in milliseconds; or why it does not count. */
export type LoadReport =
  | { readonly perSecond: number; readonly p50: number; readonly p99: number }
  | { readonly fault: string }

const send = async (order: LoadOrder): Promise<LoadReport> => {
  const amount = order.connections * order.perConnection
  const times: number[] = []
  let connection = 0
  let startedAt = 0
  let endedAt = 0
  const result = await new Promise<autocannon.Result>((resolve, reject) => {
    const run = autocannon(
      {
        url: order.url,
        connections: order.connections,
        amount,
        expectBody: order.body,
        // How often it looks whether it is done, in milliseconds.
        sampleInt: 10,
        setupClient: (client) => {
          client.setRequests(requestsOf(order, connection))
          connection += 1
        },
      },
      (fault: unknown, done) => (fault ? reject(fault) : resolve(done)),
    )
    run.on('start', () => {
      startedAt = performance.now()
    })
    run.on('response', (_client, _status, _bytes, milliseconds) => {
      times.push(milliseconds)
      endedAt = performance.now()
    })
  })
  const { errors, timeouts, mismatches, statusCodeStats } = result
  const succeeded = statusCodeStats?.['200']?.count ?? 0
  if (succeeded !== amount || times.length !== amount || errors + timeouts + mismatches > 0) {
    const seen = { errors, timeouts, mismatches, statusCodeStats }
    return {
      fault: `expected ${amount} answers 200 with ${order.body}, got ${JSON.stringify(seen)}`,
    }
  }
  const perSecond = (amount / (endedAt - startedAt)) * 1000
  return { perSecond, p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
}

/** Each connection has tokens of its own, where there are enough. */
const requestsOf = (
  { tokens, connections, perConnection }: LoadOrder,
  connection: number,
): autocannon.Request[] => {
  const own =
    tokens.length < connections
      ? tokens
      : tokens.filter((_, index) => index % connections === connection)
  return own
    .slice(0, perConnection)
    .map((token) => ({ headers: { authorization: `Bearer ${token}` } }))
}

process.on('message', (order: LoadOrder) => {
  send(order)
    .catch((fault: unknown): LoadReport => ({ fault: String(fault) }))
    .then(
      (report) => process.send?.(report),
      () => undefined,
    )
})
process.on('disconnect', () => process.exit())
