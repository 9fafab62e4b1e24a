import type { Command } from 'commander'
import { readPolicy } from 'm2m-policy'
import { findWarnings } from '../check/find-warnings.js'
import type { PolicyWarning } from '../check/warning.js'
import { type CommandIo, colorsOf } from '../command-io.js'
import { defaultFolder, findPolicy } from '../policy-folder.js'
import { printJson } from '../print-json.js'
import { printProblems } from '../print-problems.js'
import type { Done } from '../program.js'

interface CheckOptions {
  readonly strict?: true
  readonly json?: true
}

/** `m2m policy check`: what is wrong with a policy, and what in it can hardly be meant. */
export const addCheckCommand = (policy: Command, io: CommandIo, done: Done): void => {
  policy
    .command('check')
    .description('Find what is wrong with a policy, and what can hardly be meant')
    .argument('[folder]', 'the policy', defaultFolder)
    .option('--strict', 'answer 1 for warnings too')
    .option('--json', 'print one JSON document')
    .action((given: string, { strict, json }: CheckOptions) => {
      const { model, problems } = readPolicy(findPolicy(io, given))
      const warnings = model ? findWarnings(model) : []
      if (json) printJson(io, { problems, warnings })
      else {
        printProblems(io, problems)
        printProblems(io, warnings.map(inWords))
        print(io, problems.length, warnings.length)
      }
      done(problems.length > 0 || (strict && warnings.length > 0) ? 1 : 0)
    })
}

const inWords = ({ code, message, ...at }: PolicyWarning) => ({
  ...at,
  message: `warning: ${message} (${code})`,
})

const print = (io: CommandIo, problems: number, warnings: number): void => {
  const colors = colorsOf(io)
  const found = `${count(problems, 'problem')}, ${count(warnings, 'warning')}`
  if (problems > 0) io.stderr(`${colors.red(count(problems, 'problem'))}\n`)
  else io.stdout(`${warnings > 0 ? colors.yellow(found) : colors.green(found)}\n`)
}

const count = (number: number, what: string): string =>
  `${number === 0 ? 'no' : number} ${what}${number === 1 ? '' : 's'}`
