import type { Reporter, TestCase } from 'vitest/node'

/**
 * Prints at the end of a run how many tests ran through each version of each framework, and
 * through which the classification of tokens. */
export const countPerFramework: Reporter = {
  onTestRunEnd(modules) {
    const counts = new Map<string, { passed: number; failed: number }>()
    for (const module of modules) {
      for (const test of module.children.allTests()) count(counts, test)
    }
    for (const [what, { passed, failed }] of [...counts].sort()) {
      console.log(`  ${what}: ${passed} passed, ${failed} failed`)
    }
  },
}

type Counts = Map<string, { passed: number; failed: number }>

/** The suite of adapters puts name and version in front of its titles. */
const count = (counts: Counts, test: TestCase): void => {
  const [framework] = /^(?:Express|Koa|Fastify) \d+\.\d+\.\d+/.exec(test.fullName) ?? []
  if (framework === undefined) return
  const [matrix] = /\d+ tokens of \d+ profiles/.exec(test.fullName) ?? []
  add(counts, matrix === undefined ? framework : `${framework}, ${matrix}`, test)
}

const add = (counts: Counts, framework: string, test: TestCase): void => {
  const { passed, failed } = counts.get(framework) ?? { passed: 0, failed: 0 }
  const { state } = test.result()
  counts.set(framework, {
    passed: passed + Number(state === 'passed'),
    failed: failed + Number(state === 'failed'),
  })
}
