import { resolve } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { type PolicyTestReport, testPolicy } from 'm2m-policy'
import type { CommandIo } from '../command-io.js'
import { defaultFolder, findPolicy } from '../policy-folder.js'
import { printJson } from '../print-json.js'
import { printProblems } from '../print-problems.js'
import type { Done } from '../program.js'
import { describeTests, percentOf, type ShownReport } from './describe-tests.js'

interface TestFlags extends ShownReport {
  readonly json?: true
  readonly files?: readonly string[]
}

/** Adds `m2m policy test`, which runs the tests of a policy folder. */
export const addTestCommand = (policy: Command, io: CommandIo, done: Done): void => {
  policy
    .command('test')
    .description('Run the tests of a policy folder: *.test.yaml in it, or in its tests/')
    .argument('[folder]', 'a policy folder, or a policy in one file', defaultFolder)
    .option('--files <files...>', 'run these files of tests instead of those in the folder')
    .option('--min-coverage <percent>', 'fail if fewer policies decided something', readPercent)
    .option('--verbose', 'show every answer')
    .option('--json', 'print one JSON document')
    .action((folder: string, flags: TestFlags) => {
      const files = flags.files?.map((file) => resolve(io.cwd, file))
      const report = testPolicy(findPolicy(io, folder), files && { files })
      const isCovered = percentOf(report) >= (flags.minCoverage ?? 0)
      const ok = report.failed === 0 && report.problems.length === 0 && isCovered
      if (flags.json) printJson(io, { ok, ...toJson(report) })
      else printReport(io, report, flags)
      done(ok ? 0 : 1)
    })
}

const printReport = (io: CommandIo, report: PolicyTestReport, flags: TestFlags): void => {
  printProblems(io, report.problems)
  io.stdout(describeTests(io, report, flags))
}

/** Of policies that decided nothing, what tells them apart. */
const toJson = ({ coverage, ...report }: PolicyTestReport) => ({
  ...report,
  coverage: { ...coverage, never: coverage.never.map(({ name, at }) => ({ name, at })) },
})

const readPercent = (text: string): number => {
  const percent = /^\d{1,3}(?:\.\d+)?$/.test(text) ? Number(text) : 101
  if (percent <= 100) return percent
  throw new InvalidArgumentError('Expected a number from 0 to 100.')
}
