import { CommanderError } from 'commander'
import { type CommandIo, colorsOf, oneLine } from './command-io.js'
import { MisuseError } from './misuse-error.js'
import { createProgram } from './program.js'

const misuse = 2

/**
 * Runs the `m2m` command in this process and answers its exit code: 0 for yes, 1 for no, 2 for
 * misuse. Ends no process, reads no environment.
 */
export const runM2M = async (args: readonly string[], given: CommandIo): Promise<number> => {
  const io = args.includes('--no-color') ? { ...given, color: false } : given
  let code = 0
  const program = createProgram(io, (answer) => {
    code = answer
  })
  try {
    await program.parseAsync(
      args.filter((arg) => arg !== '--no-color'),
      { from: 'user' },
    )
    return code
  } catch (fault) {
    if (fault instanceof CommanderError) return fault.exitCode === 0 ? 0 : misuse
    if (!(fault instanceof MisuseError) && !isOfSystem(fault)) throw fault
    io.stderr(`${colorsOf(io).red('error')}: ${oneLine(fault.message)}\n`)
    return misuse
  }
}

/** A folder that may not be written, a full disk: nothing that a trace would explain. */
const isOfSystem = (fault: unknown): fault is Error => fault instanceof Error && 'syscall' in fault
