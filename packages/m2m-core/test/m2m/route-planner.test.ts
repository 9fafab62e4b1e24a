import { describe, expect, it, vi } from 'vitest'
import { coverageFaults, createRoutePlanner } from '../../src/m2m/route-planner.js'
import { requestWith } from './fixture.js'

const op = 'transfers:create'
const resource = () => ({})
const plan = (config: object, coverage: object = {}, isChanged = false) =>
  createRoutePlanner(coverage).planOf(routeOf(config, isChanged))

const routeOf = (config: object, isChanged = false) => ({
  config: { method: 'GET', url: '/x', ...config },
  ...(isChanged && { schema: {} }),
})

const heard = <Result>(work: () => Result): readonly [Result, readonly unknown[][]] => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined)
  const result = work()
  const calls = [...warn.mock.calls]
  vi.restoreAllMocks()
  return [result, calls]
}

describe('a route plan', () => {
  it.each([
    ['an operation alone', { op }, 'early'],
    ['a resource', { op, resource }, 'late'],
    ['a context', { op, context: resource }, 'late'],
    ['a resource from params', { op, resource, resourceFrom: 'params' }, 'early'],
  ])('decides on %s at its time', (_what, m2m, stage) => {
    expect(plan({ m2m })).toMatchObject({ stage, decide: expect.any(Function) })
  })

  it('waits for params that the framework may change', () => {
    expect(plan({ m2m: { op, resource, resourceFrom: 'params' } }, {}, true).stage).toBe('late')
    expect(plan({ m2m: { op } }, {}, true).stage).toBe('early')
  })

  it('is open for whom the config or the coverage says so', () => {
    expect(plan({ m2m: false }).isOpen).toBe(true)
    expect(plan({}, { guard: 'declared' }).isOpen).toBe(true)
    expect(plan({}).isOpen).toBe(false)
    expect(plan({}, { guard: 'all' }).isOpen).toBe(false)
    expect(plan({ m2m: { op } }, { guard: 'declared' }).isOpen).toBeUndefined()
  })

  it.each([
    ['nothing where all must declare', {}],
    ['true', { m2m: true }],
    ['no op', { m2m: {} }],
    ['an unknown member', { m2m: { op, scope: 'x' } }],
    ['a misspelt resourceFrom', { m2m: { op, resource, resourceFrom: 'param' } }],
  ])('closes %s, and says so once', (_what, config) => {
    const planner = createRoutePlanner({ everyRouteDeclares: true })
    const route = routeOf(config)
    const [plans, warnings] = heard(() => [1, 2].map(() => planner.planOf(route)))
    for (const { stage, decide } of plans) {
      expect(stage).toBe('early')
      expect(decide?.(requestWith(), {})).toMatchObject({ code: 'route_undeclared' })
    }
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toEqual([
      expect.stringMatching(/^closed GET \/x: .*M2M_CFG_/s),
      { type: 'M2M', code: 'route_undeclared' },
    ])
  })

  it('leaves what is not found alone', () => {
    const planner = createRoutePlanner({ everyRouteDeclares: true })
    expect(planner.planOf({ config: {} })).toEqual({ isOpen: false })
  })

  it('checks a config without a word on whether there is one', () => {
    const planner = createRoutePlanner({ everyRouteDeclares: true })
    expect(() => planner.check({})).not.toThrow()
    expect(() => planner.check({ m2m: { op } })).not.toThrow()
    expect(() => planner.check({ m2m: op })).toThrow(/M2M_CFG_OPERATION_INVALID/)
  })
})

describe('coverage', () => {
  it('may be left out', () => {
    expect(coverageFaults({})).toEqual([])
    expect(coverageFaults({ guard: 'declared', everyRouteDeclares: true })).toEqual([])
  })

  it('is wrong in all ways at once', () => {
    const wrong = { guard: 'some', everyRouteDeclares: 'no' } as never
    expect(coverageFaults(wrong).map(({ path }) => path)).toEqual(['guard', 'everyRouteDeclares'])
  })
})
