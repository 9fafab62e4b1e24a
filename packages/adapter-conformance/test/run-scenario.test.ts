import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it } from 'vitest'
import { disagreements } from '../src/compare-frameworks.js'
import { type Framework, runScenario, type Scenario, scenarios } from '../src/index.js'

/** A framework whose adapter answers everything in one way and guards nothing. */
const careless = (kind: Framework['kind'], status: number, body: string): Framework => ({
  kind,
  title: `careless ${status}`,
  async start() {
    const server = createServer((_request, response) => response.writeHead(status).end(body))
    server.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const close = async (): Promise<void> => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
    return { port: (server.address() as AddressInfo).port, close }
  },
})

/** Those wait for the guard to ask before they go on. */
const withoutWaiting = scenarios.filter(({ requirement }) => requirement !== 'caller-gone')

describe('runScenario', () => {
  it.each(withoutWaiting.map((one) => [one.id, one] as const))(
    'finds an adapter that admits everybody out: %s',
    async (_id, scenario) => {
      const { faults } = await runScenario(careless('koa-mount', 200, '{"by":"billing"}'), scenario)
      expect(faults).not.toEqual([])
    },
  )

  const scenario: Scenario = {
    id: 'one',
    requirement: 'challenge',
    plan: () => ({ prefix: '' }),
    play: (_world, { ask }) =>
      ask(
        {},
        { status: 200, reached: 0, by: 'me', records: [], headers: { 'x-none': null } },
        { difference: 'unknown-path', on: { express: { status: 404, by: undefined as never } } },
      ),
  }

  it('finds nothing where all is as expected', async () => {
    const { faults } = await runScenario(careless('koa-mount', 200, '{"by":"me"}'), scenario)
    expect(faults).toEqual([])
  })

  it('says what was expected and what came', async () => {
    const { faults } = await runScenario(careless('koa-mount', 201, '{"by":"you"}'), scenario)
    expect(faults).toEqual([
      'request 1: status: expected 200, got 201',
      'request 1: by: expected "me", got "you"',
    ])
  })

  it('expects of a framework that is listed what is listed, and compares it with none', async () => {
    const { faults, seen } = await runScenario(careless('express', 404, ''), scenario)
    expect(faults).toEqual([])
    expect(seen).toEqual([['request 1', null]])
  })

  it('finds a difference that is gone', async () => {
    const { faults } = await runScenario(careless('express', 200, '{"by":"me"}'), scenario)
    expect(faults).toContain('request 1: the difference unknown-path is gone')
  })
})

describe('disagreements', () => {
  it('names who shows what, once for each place', () => {
    const [found, ...others] = disagreements([
      ['one', ['same', 'a', 'same']],
      ['two', ['same', 'b', 'same']],
      ['three', ['same', null, 'same']],
    ])
    expect(found).toBe('\n  one: a\n  two: b')
    expect(others).toEqual([])
  })

  it('finds a list that ends early', () => {
    expect(
      disagreements([
        ['one', ['a', 'b']],
        ['two', ['a']],
      ]),
    ).toHaveLength(1)
  })

  it('does not take one, or none, for agreement', () => {
    expect(() => disagreements([])).toThrow('Nothing to compare')
    expect(() => disagreements([['one', ['a']]])).toThrow('Nothing to compare')
  })
})
