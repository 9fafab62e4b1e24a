import {
  disagreements,
  hostileCases,
  positiveCases,
  type RunningTarget,
  scenarios,
  showCase,
  showScenario,
  startCorpusTarget,
} from 'adapter-conformance'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { frameworks as express } from '../packages/express-m2m/test/frameworks.js'
import { frameworks as fastify } from '../packages/fastify-m2m/test/frameworks.js'
import { frameworks as koa } from '../packages/koa-m2m/test/frameworks.js'

const frameworks = [...express, ...koa, ...fastify]

it('compares five versions of three frameworks', () => {
  const versions = new Set(frameworks.map(({ title }) => title.replace(/\..*/, '')))
  expect([...versions]).toEqual(['Express 4', 'Express 5', 'Koa 2', 'Koa 3', 'Fastify 5'])
})

describe('all adapters show the same, but for the differences that are listed', () => {
  it.each(scenarios.map((one) => [one.id, one] as const))('in %s', async (_id, scenario) => {
    expect(disagreements(await showScenario(frameworks, scenario))).toEqual([])
  })
})

describe('all adapters answer and record the very same bytes alike', () => {
  let issuer: TestIssuer
  let keys: { close(): Promise<void> }
  const targets: (readonly [string, RunningTarget])[] = []
  beforeAll(async () => {
    issuer = await createTestIssuer()
    keys = await issuer.serve()
    for (const framework of frameworks) {
      targets.push([framework.title, await startCorpusTarget(framework, issuer)])
    }
  })
  afterAll(async () => {
    for (const [, target] of targets) await target.close()
    await keys.close()
  })

  it.each([...hostileCases, ...positiveCases].map((one) => [one.id, one] as const))(
    'of %s',
    async (_id, one) => {
      expect(disagreements(await showCase(targets, issuer, one))).toEqual([])
    },
  )
})
