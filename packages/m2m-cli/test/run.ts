import { runM2M } from '../src/index.js'

/** What a run of the command wrote and answered. */
export interface Ran {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs the command in a folder, without colours unless asked for. */
export const run = async (cwd: string, args: readonly string[], color = false): Promise<Ran> => {
  let [stdout, stderr] = ['', '']
  const code = await runM2M(args, {
    stdout: (text) => {
      stdout += text
    },
    stderr: (text) => {
      stderr += text
    },
    cwd,
    color,
    columns: 80,
  })
  return { code, stdout, stderr }
}
