import type { Command } from 'commander'
import { loadPolicy, readPolicy } from 'm2m-policy'
import { type CommandIo, colorsOf, oneLine } from '../command-io.js'
import { comparePolicies } from '../diff/compare-policies.js'
import { describeChange } from '../diff/describe-change.js'
import type { PolicyChange } from '../diff/policy-change.js'
import { findPolicy } from '../policy-folder.js'
import { printJson } from '../print-json.js'
import { printProblems } from '../print-problems.js'
import type { Done } from '../program.js'

interface DiffOptions {
  readonly exitCode?: true
  readonly json?: true
}

/** `m2m policy diff`: what a change of a policy changes for those who call. */
export const addDiffCommand = (policy: Command, io: CommandIo, done: Done): void => {
  policy
    .command('diff')
    .description('Say what is different between two policies: who may do what now, who no longer')
    .argument('<before>', 'the policy as it was')
    .argument('<after>', 'the policy as it is to be')
    .option('--exit-code', 'answer 1 where there are differences')
    .option('--json', 'print one JSON document')
    .action((before: string, after: string, { exitCode, json }: DiffOptions) => {
      const [was, is] = [findPolicy(io, before), findPolicy(io, after)]
      const problems = [was, is].flatMap((source) => readPolicy(source).problems)
      const changes = problems.length > 0 ? [] : comparePolicies(loadPolicy(was), loadPolicy(is))
      if (json) printJson(io, { problems, changes })
      else {
        printProblems(io, problems)
        if (problems.length === 0) printChanges(io, changes)
      }
      done(problems.length > 0 || (exitCode && changes.length > 0) ? 1 : 0)
    })
}

const printChanges = (io: CommandIo, changes: readonly PolicyChange[]): void => {
  const colors = colorsOf(io)
  const colorOf = { '+': colors.green, '-': colors.red, '~': colors.yellow }
  for (const { mark, text } of changes.map(describeChange)) {
    io.stdout(`${colorOf[mark](`${mark} ${oneLine(text)}`)}\n`)
  }
  if (changes.length === 0) io.stdout('no differences: everybody may do what they could\n')
}
