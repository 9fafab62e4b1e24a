import { expect, it } from 'vitest'
import { readPolicy } from '../src/index.js'
import { roleCycles } from '../src/model/role-tree.js'

type Roles = Parameters<typeof roleCycles>[0]

const rolesOf = (includes: Readonly<Record<string, readonly string[]>>): Roles =>
  new Map(
    Object.entries(includes).map(([name, included]) => [
      name,
      {
        name,
        includes: included,
        description: undefined,
        at: { file: 'f', line: 1, column: 1 },
      },
    ]),
  )

it('a role that includes itself over others is found once, with the way round', () => {
  expect(roleCycles(rolesOf({ a: ['b'], b: ['c'], c: ['b'], d: ['d'] }))).toEqual([
    ['b', 'c', 'b'],
    ['d', 'd'],
  ])
  expect(roleCycles(rolesOf({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toEqual([])
})

it('of many cycles the first twenty are told, however many there are', () => {
  const names = Array.from({ length: 300 }, (_, index) => `r${index}`)
  const all = Object.fromEntries(names.map((name) => [name, { includes: names }]))
  const { problems } = readPolicy({ roles: all })
  expect(problems).toHaveLength(20)
})

it('of a long way round the message tells the beginning and the end', () => {
  const names = Array.from({ length: 5000 }, (_, index) => `r${index}`)
  const round = names.map((name, index) => [name, { includes: [names[index + 1] ?? 'r0'] }])
  const { problems } = readPolicy({ roles: Object.fromEntries(round) })
  expect(problems).toHaveLength(1)
  expect(problems[0]?.message).toMatch(
    /^includes itself: "r0" includes "r1" .* includes … includes "r0"$/,
  )
  expect(problems[0]?.message.length).toBeLessThan(1000)
})
