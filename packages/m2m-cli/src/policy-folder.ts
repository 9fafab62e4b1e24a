import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { CommandIo } from './command-io.js'
import { MisuseError } from './misuse-error.js'

/** The folder that commands look at when none is named. */
export const defaultFolder = 'policies'

/**
 * The whole path of a policy folder, or of a policy in one file: `shownFile` makes it short again.
 *
 * @throws MisuseError when it is not there
 */
export const findPolicy = ({ cwd }: CommandIo, given: string): string => {
  const path = resolve(cwd, given)
  if (statSync(path, { throwIfNoEntry: false })) return path
  const hint = given === defaultFolder ? '; name one, or make it with "m2m policy init"' : ''
  throw new MisuseError(`there is no folder ${JSON.stringify(given)}${hint}`)
}
