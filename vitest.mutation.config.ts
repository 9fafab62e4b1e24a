import { defineConfig } from 'vitest/config'
import config from './vitest.config.ts'

// The tests beside the code that is mutated: what only a test far away notices has no test.
const subject = process.env['MUTATE'] ?? '{scope,decision,principal,policy,token}'
const files = subject.includes('/') ? `${subject}{,-*,.*}.test.ts` : `${subject}/**/*.test.ts`

export default defineConfig({
  ...config,
  test: { ...config.test, include: [`packages/m2m-core/test/${files}`] },
})
