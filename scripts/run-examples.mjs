// Runs the transfers examples, or those that are named: `node scripts/run-examples.mjs koa fastify`.
// They must have been built. Ends with one line `N passed, N failed` that adds up theirs.
import { runAndCount } from './run-and-count.mjs'
import { transfersExamples } from './transfers-examples.mjs'

const frameworkOf = (folder) => folder.match(/([^/]+)-transfers$/)[1]
const frameworks = transfersExamples.map(frameworkOf)
const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !frameworks.includes(name))
if (unknown.length > 0) {
  console.error(
    `There is no example for ${unknown.join(', ')}. Choose from ${frameworks.join(', ')}.`,
  )
  process.exit(1)
}

const totals = { passed: 0, failed: 0 }
for (const folder of transfersExamples) {
  if (wanted.length > 0 && !wanted.includes(frameworkOf(folder))) continue
  const { status, passed, failed } = await runAndCount(['node', `${folder}/dist/index.js`])
  // An example that ends without a count has shown nothing, whatever its exit code.
  const isGood = status === 0 && passed > 0
  totals.passed += passed
  totals.failed += isGood ? failed : Math.max(1, failed)
  console.log()
}
console.log(`${totals.passed} passed, ${totals.failed} failed`)
process.exitCode = totals.failed === 0 ? 0 : 1
