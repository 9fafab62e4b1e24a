import { decisionLog, logTitle } from './decision-log.js'
import type { Framework } from './frameworks.js'
import { paint } from './paint.js'
import { type Report, startReport } from './report.js'
import { runScenarios } from './run-scenarios.js'
import { themes } from './scenarios.js'
import { startDemo } from './start-demo.js'

/** A demo whose requests are on their way. */
export interface Run {
  readonly finished: Promise<Report>
}

/**
 * Starts the servers of one framework, then goes on by itself: sends every request of the
 * scenarios, and shows what the callers saw, what the log says, and how many answers were right.
 */
export const startRun = async (
  framework: Framework,
  write: (line: string) => void,
): Promise<Run> => {
  const logLines: string[] = []
  const demo = await startDemo(
    framework,
    decisionLog((line) => logLines.push(line)),
  )
  const run = async (): Promise<Report> => {
    write(heading(framework.title))
    const report = startReport(themes, write)
    await runScenarios(demo, report).finally(demo.close)
    write(logTitle())
    logLines.forEach(write)
    write(`\n${report.passed} passed, ${report.failed} failed`)
    return report
  }
  return { finished: run() }
}

const heading = (title: string): string => paint('bold', `── ${title} `.padEnd(118, '─'))
