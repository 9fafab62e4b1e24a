import { Agent, request as httpRequest } from 'node:http'
import type { AuditRecord, AuditSink, GuardOptions } from 'm2m-core'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import type { Framework, Seen } from './api-plan.js'
import { expectationFaults, sideFaults } from './expectation-faults.js'
import type { Ask, Client, Expected, Scenario, Unlike, World } from './scenarios/scenario.js'

/** What one request of a scenario came to. */
export interface Observation {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** How often a handler ran. */
  readonly reached: number
  readonly records: readonly AuditRecord[]
}

/** Everything that a scenario showed, in order. */
export interface Transcript {
  /** An observation, or what the scenario noted; null where the framework is listed as different. */
  readonly seen: readonly (readonly [what: string, value: unknown])[]
  /** Each way in which an observation was not as expected. */
  readonly faults: readonly string[]
}

/** Builds the API of a scenario in this framework, plays it, and tells what came of it. */
export const runScenario = async (
  { kind, start }: Framework,
  scenario: Scenario,
): Promise<Transcript> => {
  const seen: (readonly [string, unknown])[] = []
  const faults: string[] = []
  const { world, records, reached } = await createWorld()
  const api = await start(scenario.plan(world))
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  let told = { reached: 0, records: 0 }
  const tell = (): void => {
    told = { reached: reached(), records: records.length }
  }
  const observe = async (ask: Ask): Promise<Observation> => {
    const answer = await send(agent, api.port, ask)
    const since = { reached: reached() - told.reached, records: records.slice(told.records) }
    tell()
    return { ...answer, ...since }
  }
  const ask = async (request: Ask, expected: Expected, unlike?: Unlike): Promise<void> => {
    const own = unlike?.on[kind]
    const observation = await observe(request)
    const number = seen.length + 1
    const found = expectationFaults(observation, { ...expected, ...own })
    faults.push(...found.map((fault) => `request ${number}: ${fault}`))
    if (own && expectationFaults(observation, expected).length === 0) {
      faults.push(`request ${number}: the difference ${unlike.difference} is gone`)
    }
    seen.push([`request ${number}`, own ? null : observation])
  }
  const happened: Client['happened'] = (expected) => {
    const since = { reached: reached() - told.reached, records: records.slice(told.records) }
    tell()
    faults.push(...sideFaults(since, expected).map((fault) => `without an answer: ${fault}`))
    seen.push(['without an answer', since])
  }
  try {
    await scenario.play(world, { port: api.port, ask, happened })
  } finally {
    agent.destroy()
    await api.close()
  }
  return { seen, faults }
}

const createWorld = async () => {
  const issuer = await createTestIssuer()
  const other = await createTestIssuer({ issuer: 'https://partner.test' })
  const records: AuditRecord[] = []
  const sinks: AuditSink[] = [{ write: (record) => void records.push(record) }]
  let calls = 0
  const counting: World['counting'] = (handler) => (seen) => {
    calls += 1
    return handler(seen)
  }
  const world: World = {
    issuer,
    other,
    options: (more = {}, from: TestIssuer = issuer) =>
      ({
        ...from.asOptions(),
        requiredScope: 's2s:internal',
        audit: { sinks },
        ...more,
      }) as GuardOptions,
    token: (more = {}, from = issuer) =>
      from.service({ id: 'billing', allowedOps: ['transfers:create'], ...more }),
    answer: counting((seen: Seen) => ({ by: seen.service().id })),
    counting,
  }
  return { world, records, reached: () => calls }
}

type Answer = Pick<Observation, 'status' | 'headers' | 'body'>

/** One connection for all requests of a scenario: what one leaves behind, the next would find. */
const send = (agent: Agent, port: number, ask: Ask): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method = 'GET', path = '/internal/transfers', token, headers = [], body = '' } = ask
    const lines: (readonly [string, string])[] = [
      ['Host', '127.0.0.1'],
      ['X-Request-Id', 'conformance'],
      ...(token === undefined ? [] : ([['Authorization', `Bearer ${token}`]] as const)),
      ...headers,
      ['Content-Length', `${Buffer.byteLength(body)}`],
    ]
    const request = httpRequest({
      port,
      host: '127.0.0.1',
      agent,
      method,
      path,
      headers: lines.flat(),
    })
    request.on('error', reject)
    request.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(
            Object.entries(response.headers).map(([name, value]) => [name, String(value)]),
          ),
          body: Buffer.concat(chunks).toString(),
        }),
      )
    })
    request.end(body)
  })
