import { Command } from 'commander'
import { type CommandIo, colorsOf } from './command-io.js'
import { addCheckCommand } from './policy/check-command.js'
import { addDiffCommand } from './policy/diff-command.js'
import { addExplainCommand } from './policy/explain-command.js'
import { addInitCommand } from './policy/init-command.js'
import { addTestCommand } from './policy/test-command.js'

/** Says what the command answers: its exit code. */
export type Done = (code: number) => void

type AddCommand = (policy: Command, io: CommandIo, done: Done) => void

const policyCommands: readonly AddCommand[] = [
  addInitCommand,
  addCheckCommand,
  addTestCommand,
  addExplainCommand,
  addDiffCommand,
]

/** Builds the `m2m` command with all that is under it. */
export const createProgram = (io: CommandIo, done: Done): Command => {
  const program = new Command('m2m')
    .description('Machine-to-machine authorization: policies as code')
    .option('--no-color', 'write without colours, as with NO_COLOR')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => io.stdout(text),
      writeErr: (text) => io.stderr(text),
      outputError: (text, write) => write(text.replace(/^error/, colorsOf(io).red('error'))),
      getOutHelpWidth: () => io.columns,
      getErrHelpWidth: () => io.columns,
      getOutHasColors: () => io.color,
      getErrHasColors: () => io.color,
    })
    .showHelpAfterError('(--help shows what there is)')
    .exitOverride()
  if (io.version !== undefined) program.version(io.version, '-V, --version', 'print the version')
  const policy = program
    .command('policy')
    .description('Test, check, explain and compare policy folders')
  // In the order of the help.
  for (const addCommand of policyCommands) addCommand(policy, io, done)
  return program
}
