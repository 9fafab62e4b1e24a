import type { PolicyTestCell, PolicyTestReport, PolicyTestResult } from 'm2m-policy'
import { type CommandIo, colorsOf, oneLine, shownFile, shownPlace } from '../command-io.js'
import { describeCells } from './describe-cells.js'

/** What a report is held against, and how much of it is shown. */
export interface ShownReport {
  readonly verbose?: true
  /** In percent. @defaultValue 0 */
  readonly minCoverage?: number
}

/** How many of the policies decided something, in percent; 100 where there are none. */
export const percentOf = ({ coverage }: PolicyTestReport): number =>
  coverage.policies === 0 ? 100 : (coverage.decided / coverage.policies) * 100

/** A report as text: what failed in full, one line for each test, the coverage, the count. */
export const describeTests = (
  io: CommandIo,
  report: PolicyTestReport,
  shown: ShownReport,
): string => {
  const files = [...new Set(report.tests.map(({ at }) => at.file))]
  const ofFiles = files.flatMap((file) => [
    shownFile(io, file),
    ...report.tests
      .filter(({ at }) => at.file === file)
      .flatMap((test) => describeTest(io, test, shown)),
    '',
  ])
  // Where nothing was run, nothing could decide.
  const coverage = report.tests.length > 0 ? describeCoverage(io, report, shown) : []
  const lines = [...ofFiles, ...coverage, ...describeProblems(report), countLine(io, report)]
  return `${lines.join('\n')}\n`
}

const describeTest = (
  io: CommandIo,
  { name, cells }: PolicyTestResult,
  { verbose }: ShownReport,
): readonly string[] => {
  const { green, red, dim } = colorsOf(io)
  const failed = cells.filter(isFailed)
  const mark = failed.length === 0 ? green('✓') : red('✗')
  const count = failed.length === 0 ? `${cells.length}` : `${failed.length} of ${cells.length}`
  return [
    `  ${mark} ${oneLine(name)} ${dim(`(${count})`)}`,
    ...(verbose ? describeCells(io, cells) : []),
    ...failed.map((cell) => `    ${describeFailure(io, cell)}`),
  ]
}

const isFailed = ({ expected, got }: PolicyTestCell): boolean => expected !== got

/** `a.test.yaml:12:5: billing may invoices:read, expected deny (policy "x" at …)`. */
const describeFailure = (io: CommandIo, cell: PolicyTestCell): string => {
  const { who, operation, resource, expected, got, rule, ruleAt, note, at } = cell
  const what = resource === undefined ? operation : `${operation} on ${resource}`
  const may = got === 'allow' ? 'may' : 'may not'
  const decided = ruleAt ? `policy "${rule}" at ${shownPlace(io, ruleAt)}` : 'no policy allows it'
  const answer = `${who} ${may} ${what}, expected ${expected}`
  return `${shownPlace(io, at)}: ${answer} (${oneLine(ruleAt && note ? `${decided}: ${note}` : (note ?? decided))})`
}

const describeCoverage = (
  io: CommandIo,
  report: PolicyTestReport,
  { minCoverage = 0 }: ShownReport,
): readonly string[] => {
  const { policies, decided, never } = report.coverage
  const { red, yellow } = colorsOf(io)
  const percent = percentOf(report)
  const isEnough = percent >= minCoverage
  const wanted = isEnough ? '' : red(`, expected at least ${minCoverage} %`)
  return [
    // Rounded down: nothing that is missing looks complete.
    `${decided} of ${policies} policies decided something (${Math.floor(percent)} %)${wanted}`,
    ...never.map(({ name, at }) => yellow(`  never: ${name} at ${shownPlace(io, at)}`)),
  ]
}

const describeProblems = ({ problems }: PolicyTestReport): readonly string[] => {
  if (problems.length === 0) return []
  return [`problems: ${problems.length}, and what they concern was not run`]
}

/** What continuous integration counts by. */
const countLine = (io: CommandIo, { passed, failed, problems }: PolicyTestReport): string => {
  const { green, red } = colorsOf(io)
  const isGood = failed === 0 && problems.length === 0
  return (isGood ? green : red)(`${passed} passed, ${failed} failed`)
}
