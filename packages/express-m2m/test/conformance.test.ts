import {
  type ApiPlan,
  assertRefused,
  type HostileCase,
  hostileCases,
  type RunningTarget,
  runHostileCase,
  startCorpusTarget,
} from 'adapter-conformance'
import { describeConformance } from 'adapter-conformance/suite'
import { createTestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { m2mAuth } from '../src/index.js'
import { type ExpressFactory, majors, versionOf } from './express-majors.js'
import { frameworks, see, start } from './frameworks.js'

it('runs two different majors', () => {
  expect(majors.map(([name]) => versionOf(name).split('.')[0])).toEqual(['4', '5'])
})

for (const framework of frameworks) {
  describeConformance(framework, framework.title.includes('routers') ? 'all' : 'spellings')
}

/** The corpus's route, with the mistake of a guard that is mounted for one method. */
const guardedForPostOnly = (express: ExpressFactory, { inside = [] }: ApiPlan) => {
  const app = express()
  const guards = inside.flatMap(({ before = [] }) => before)
  const routes = inside.flatMap(({ routes: some = [] }) => some)
  for (const guard of guards) {
    if ('auth' in guard) app.post('/internal/transfers', m2mAuth(guard.auth))
  }
  for (const { handler } of routes) {
    app.all('/internal/transfers', (request, response) => {
      response.json(handler(see(request, response)))
    })
  }
  return start(app)
}

const otherMethod = ({ threat, change, expect: { orUnrouted } }: HostileCase): boolean =>
  threat === 31 && !orUnrouted && 'withoutToken' in change && 'method' in change.withoutToken

describe.each(majors)('%s: a guard that is mounted for POST only', (title, express) => {
  let target: RunningTarget
  let keys: { close(): Promise<void> }
  beforeAll(async () => {
    const issuer = await createTestIssuer()
    keys = await issuer.serve()
    const mistaken = (plan: ApiPlan) => guardedForPostOnly(express, plan)
    target = await startCorpusTarget({ kind: 'express', title, start: mistaken }, issuer)
  })
  afterAll(async () => {
    await target.close()
    await keys.close()
  })

  it.each(hostileCases.filter(otherMethod).map((one) => [one.id, one] as const))(
    'row 31: fails %s',
    async (_id, one) => {
      const outcome = await runHostileCase(target, one)
      expect(() => assertRefused(outcome, one)).toThrow('the guarded handler was reached')
    },
  )
})
