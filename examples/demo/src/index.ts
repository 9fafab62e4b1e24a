import { frameworkNames, frameworks } from './frameworks.js'
import { readArguments } from './read-arguments.js'
import { runEach } from './run-each.js'
import { serveUntilInterrupted } from './serve-until-interrupted.js'

const write = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

const asked = readArguments(process.argv.slice(2))
if (typeof asked === 'string') {
  process.stderr.write(`${asked}\n`)
  process.exitCode = 1
} else if (asked.serve) {
  await serveUntilInterrupted(frameworks[asked.framework ?? 'express'], write)
} else {
  const failed = await runEach(asked.framework ? [asked.framework] : frameworkNames, write)
  process.exitCode = failed === 0 ? 0 : 1
}
