import type { Reporter, TestCase } from 'vitest/node'

/** Prints at the end of a run how many tests ran through each version of each framework. */
export const countPerFramework: Reporter = {
  onTestRunEnd(modules) {
    const counts = new Map<string, { passed: number; failed: number }>()
    for (const module of modules) {
      for (const test of module.children.allTests()) count(counts, test)
    }
    for (const [framework, { passed, failed }] of [...counts].sort()) {
      console.log(`  ${framework}: ${passed} passed, ${failed} failed`)
    }
  },
}

type Counts = Map<string, { passed: number; failed: number }>

/** The suite of adapters puts name and version in front of its titles. */
const count = (counts: Counts, test: TestCase): void => {
  const [framework] = /^(?:Express|Koa|Fastify) \d+\.\d+\.\d+/.exec(test.fullName) ?? []
  if (framework === undefined) return
  const { passed, failed } = counts.get(framework) ?? { passed: 0, failed: 0 }
  const { state } = test.result()
  counts.set(framework, {
    passed: passed + Number(state === 'passed'),
    failed: failed + Number(state === 'failed'),
  })
}
