import { parseArgs } from 'node:util'
import { type FrameworkName, frameworkNames } from './frameworks.js'

/** What the demo was asked for. */
export interface Arguments {
  readonly serve: boolean
  /** Left out when none was named. */
  readonly framework?: FrameworkName
}

const choices = frameworkNames.join(', ')
const usage = `usage: npm run demo -- [--framework ${frameworkNames.join('|')}] [--serve]`

/** Reads `--framework` and `--serve`, or says in one line what is wrong. */
export const readArguments = (args: readonly string[]): Arguments | string => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        framework: { type: 'string', multiple: true, default: [] },
        serve: { type: 'boolean', default: false },
      },
    })
    const { serve, framework: given } = values
    const [name] = given
    if (name === undefined) return { serve }
    if (given.length > 1) return `--framework: expected one of ${choices}, got ${given.join(', ')}`
    const framework = frameworkNames.find((known) => known === name)
    return framework ? { serve, framework } : unknownFramework(name)
  } catch (fault) {
    return explain(fault)
  }
}

const unknownFramework = (name: string): string => {
  const start = name.slice(0, 2).toLowerCase()
  const near = start && frameworkNames.find((known) => known.startsWith(start))
  const hint = near ? `; did you mean ${near}?` : ''
  return `--framework: expected one of ${choices}, got "${name}"${hint}`
}

/** Node's own messages go on for several lines; the first sentence says it. */
const explain = (fault: unknown): string => {
  const { code, message } = fault as { code?: string; message: string }
  if (code === 'ERR_PARSE_ARGS_INVALID_OPTION_VALUE') {
    return `--framework takes one of ${choices}, --serve takes nothing; ${usage}`
  }
  return `${message.split(/\. |\n/, 1)[0]}; ${usage}`
}
