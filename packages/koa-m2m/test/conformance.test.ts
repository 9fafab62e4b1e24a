import Router from '@koa/router'
import {
  type ApiPlan,
  assertRefused,
  hostileCases,
  runHostileCase,
  startCorpusTarget,
} from 'adapter-conformance'
import { describeConformance } from 'adapter-conformance/suite'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { frameworks, handlerOf, middlewareOf, start } from './frameworks.js'
import { type KoaClass, majors, versionOf } from './koa-majors.js'

it('runs two different majors', () => {
  expect(majors.map(([name]) => versionOf(name).split('.')[0])).toEqual(['2', '3'])
})

for (const framework of frameworks) {
  describeConformance(framework, framework.kind === 'koa-router' ? 'all' : 'spellings')
}

/** Other places for the guard of the corpus's one route. */
type Place = (router: Router, plan: ApiPlan) => void

const onRoute: Place = (router, { before = [], routes = [], prefix }) => {
  for (const route of routes) {
    const steps = [...before, ...(route.steps ?? [])].map(middlewareOf)
    router.all(prefix + route.path, ...steps, handlerOf(route))
  }
}
/** Not to be recommended: @koa/router compares the prefix of `use` by case, that of routes not. */
const byPrefix: Place = (router, { before = [], routes = [], prefix }) => {
  router.prefix(prefix)
  for (const step of before) router.use(middlewareOf(step))
  for (const route of routes) {
    router.all(route.path, ...(route.steps ?? []).map(middlewareOf), handlerOf(route))
  }
}

/** The guard on a router that another one nests: skipped like the former. */
const inChild: Place = (router, { before = [], routes = [], prefix }) => {
  const child = new Router()
  for (const step of before) child.use(middlewareOf(step))
  for (const route of routes) {
    child.all(route.path, ...(route.steps ?? []).map(middlewareOf), handlerOf(route))
  }
  router.use(prefix, child.routes())
}
const aroundChild: Place = (router, { before = [], routes = [], prefix }) => {
  const child = new Router()
  for (const route of routes) {
    child.all(route.path, ...(route.steps ?? []).map(middlewareOf), handlerOf(route))
  }
  router.use(prefix, ...before.map(middlewareOf), child.routes())
}

const placed = (Koa: KoaClass, place: Place, { inside = [] }: ApiPlan) => {
  const router = new Router()
  for (const plan of inside) place(router, plan)
  const app = new Koa()
  app.use(router.routes()).use(router.allowedMethods())
  return start(app)
}

const spellings = hostileCases.filter(({ threat }) => threat === 31)

describe.each(majors)('row 31: every spelling of the path on %s', (title, Koa) => {
  let issuer: TestIssuer
  let keys: { close(): Promise<void> }
  beforeAll(async () => {
    issuer = await createTestIssuer()
    keys = await issuer.serve()
  })
  afterAll(() => keys.close())

  const serve = async (place: Place) => {
    const begin = (plan: ApiPlan) => placed(Koa, place, plan)
    const target = await startCorpusTarget({ kind: 'koa-router', title, start: begin }, issuer)
    onTestFinished(() => target.close())
    return target
  }

  it('is a matter of real cases', () => expect(spellings.length).toBeGreaterThan(40))

  it.each([
    ['on the route', onRoute],
    ['around a nested router', aroundChild],
  ])('meets a guard %s, or no route', async (_where, place) => {
    const target = await serve(place)
    for (const one of spellings) assertRefused(await runHostileCase(target, one), one)
  })

  it.each([
    ['on a router with a prefix', byPrefix],
    ['on a nested router', inChild],
  ])(
    'reaches no handler behind requireOp, though the router skips a guard %s',
    async (_where, place) => {
      const target = await serve(place)
      for (const one of spellings) {
        const { control, handlerCalls, again } = await runHostileCase(target, one)
        const calls = [control.handlerCalls, handlerCalls, again.handlerCalls]
        expect([one.id, ...calls]).toEqual([one.id, 1, 0, 0])
      }
    },
  )
})
