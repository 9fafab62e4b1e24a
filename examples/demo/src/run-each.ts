import { type FrameworkName, frameworks } from './frameworks.js'
import type { Report } from './report.js'
import { startRun } from './start-run.js'

/**
 * Shows one framework after the other, then what they add up to; answers how many requests went
 * wrong. Each starts while those before it are at work, so the first rows come soon, and the
 * waiting that belongs to the scenarios is done only once.
 */
export const runEach = async (
  names: readonly FrameworkName[],
  write: (line: string) => void,
): Promise<number> => {
  const runs: { finished: Promise<Report>; held: readonly string[] }[] = []
  for (const name of names) {
    const held = ['']
    const hold = (line: string): void => void held.push(line)
    const { finished } = await startRun(frameworks[name], runs.length === 0 ? write : hold)
    runs.push({ finished, held })
  }

  const reports: Report[] = []
  for (const { finished, held } of runs) {
    reports.push(await finished)
    held.forEach(write)
  }
  const failed = sum(reports.map((report) => report.failed))
  if (names.length > 1) {
    const passed = reports.map((report) => report.passed)
    write(`\n${names.map((name, index) => `${name} ${passed[index]}`).join(', ')}`)
    write(`${sum(passed)} passed, ${failed} failed`)
  }
  return failed
}

const sum = (numbers: readonly number[]): number => numbers.reduce((one, other) => one + other, 0)
