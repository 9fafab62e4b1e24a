import { defineConfig } from 'vitest/config'
import { countPerFramework } from './test/count-per-framework.js'

// Siblings resolve to their sources, so no test needs a build first.
const conditions = ['m2m-source']

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'examples/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 20_000,
    reporters: [countPerFramework, 'default'],
  },
})
