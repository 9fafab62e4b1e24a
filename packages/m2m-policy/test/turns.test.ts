import { describe, expect, it } from 'vitest'
import type { PolicyDocuments } from '../src/index.js'
import { compose } from '../src/model/compose.js'
import { modelOf } from '../src/model/in-force.js'
import { createSourceReader } from '../src/source/read-source.js'
import { createPolicyIndexer } from '../src/store/policy-index.js'
import { finish, finishInTurns, type Steps } from '../src/turns/steps.js'
import { writeFolder } from './write-folder.js'

const count = 500
const names = Array.from({ length: count }, (_, index) => `s${index}`)
const documents = {
  services: names.map((id) => ({ id, clients: [{ clientId: id }] })),
  policies: names.map((name) => ({
    name,
    effect: 'allow',
    subjects: [`service:${name}`],
    resources: [{ type: 'a', actions: ['b'] }],
  })),
} as const satisfies PolicyDocuments

const stepsOf = <T>(steps: Steps<T>): readonly [number, T] => {
  for (let pauses = 0; ; pauses += 1) {
    const step = steps.next()
    if (step.done) return [pauses, step.value]
  }
}

describe('reading a policy again gives way to requests', () => {
  const folder = () =>
    writeFolder({
      'policies/all.json': JSON.stringify(documents.policies),
      ...Object.fromEntries(
        documents.services.map((one) => [`services/${one.id}.json`, JSON.stringify(one)]),
      ),
    })

  it('after each file, and now and then while it looks whether they held still', () => {
    const [pauses, read] = stepsOf(createSourceReader(folder()).read())
    expect(read.files).toHaveLength(count + 1)
    expect(pauses).toBeGreaterThan(count + 1)
  })

  it('while files are put together and indexed', () => {
    const read = finish(createSourceReader(folder()).read())
    const [composing, { next }] = stepsOf(compose(read, undefined))
    if (!next) throw new Error('expected no problems')
    // Services and policies, each in steps of 50 at most.
    expect(composing).toBeGreaterThanOrEqual((2 * count) / 50)
    const [indexing, index] = stepsOf(createPolicyIndexer()(modelOf(next)))
    expect(indexing).toBeGreaterThanOrEqual((2 * count) / 50)
    expect(Object.keys(index.services)).toEqual([...names].sort())
  })

  it('a turn ends after 5 ms, and others come in between', async () => {
    let now = 0
    const clock = { now: () => now, monotonic: () => now }
    let others = 0
    let isDone = false
    const other = (): void => {
      if (isDone) return
      others += 1
      setImmediate(other)
    }
    setImmediate(other)
    function* work(): Steps<string> {
      for (let step = 0; step < 20; step += 1) {
        now += 1
        yield
      }
      return 'done'
    }
    expect(await finishInTurns(work(), clock)).toBe('done')
    isDone = true
    expect(others).toBeGreaterThanOrEqual(3)
    expect(others).toBeLessThan(10)
  })
})

describe('what a service is to the core', () => {
  it('stays the same object while its entry does, so that it is checked once', () => {
    const indexOf = createPolicyIndexer()
    const read = finish(createSourceReader(documents).read())
    const { next } = finish(compose(read, undefined))
    if (!next) throw new Error('expected no problems')
    const [one, other] = [finish(indexOf(modelOf(next))), finish(indexOf(modelOf(next)))]
    expect(other.services['s7']).toBe(one.services['s7'])
    expect(Object.isFrozen(one.services['s7']?.clients[0])).toBe(true)
  })
})

it('hints are few, however many references lead nowhere', () => {
  const lost = documents.policies.map((one) => ({ ...one, subjects: [`service:${one.name}x`] }))
  const read = finish(createSourceReader({ ...documents, policies: lost }).read())
  const { problems } = finish(compose(read, undefined))
  expect(problems).toHaveLength(count)
  expect(problems.filter(({ message }) => message.includes('did you mean'))).toHaveLength(20)
})
