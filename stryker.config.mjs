/** What is mutated: a folder of packages/m2m-core/src or one module; see docs/mutation-testing.md. */
const subject = process.env.MUTATE ?? '{scope,decision,principal,policy,token}'
const files = subject.includes('/') ? `${subject}.ts` : `${subject}/**/*.ts`
const report = `reports/mutation/${process.env.MUTATE ?? 'all'}`

// biome-ignore lint/style/noDefaultExport: Stryker reads its configuration so
export default {
  mutate: [`packages/m2m-core/src/${files}`],
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'vitest.mutation.config.ts', related: true },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 20_000,
  timeoutFactor: 3,
  // Without the root's tsconfig.json: rewriting it takes a compiler API that TypeScript 7 has not.
  ignorePatterns: [
    '/tsconfig.json',
    '/biome.json',
    'dist',
    'bench',
    'docs',
    'examples',
    'fuzz',
    'reports',
  ],
  reporters: ['clear-text', 'json', 'html'],
  jsonReporter: { fileName: `${report}.json` },
  htmlReporter: { fileName: `${report}.html` },
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
}
