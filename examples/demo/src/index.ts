import { decisionLog, logTitle } from './decision-log.js'
import { startReport } from './report.js'
import { runScenarios } from './run-scenarios.js'
import { themes } from './scenarios.js'
import { serveUntilInterrupted } from './serve-until-interrupted.js'
import { startDemo } from './start-demo.js'

const write = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** Sends every request of the scenarios, then shows what the callers saw and what the log says. */
const run = async (): Promise<void> => {
  const logLines: string[] = []
  const demo = await startDemo(decisionLog((line) => logLines.push(line)))
  const report = startReport(themes, write)
  await runScenarios(demo, report).finally(demo.close)

  write(logTitle())
  logLines.forEach(write)
  write(`\n${report.passed} passed, ${report.failed} failed`)
  process.exitCode = report.failed === 0 ? 0 : 1
}

await (process.argv.includes('--serve') ? serveUntilInterrupted(write) : run())
