import { readFileSync } from 'node:fs'
import type { Failure } from './fuzz-target.js'
import { createGuard } from './guard.js'
import { inProcess } from './in-process.js'
import { judge } from './judge.js'
import { overHttp } from './over-http.js'
import type { GuardOptions } from './target.js'

/** Everything that a failure depends on. */
export interface Recording extends Failure {
  readonly guard: GuardOptions
  /** The tokens that are valid for this guard at this time. */
  readonly valid: readonly string[]
}

/** Sends a recorded request once more to both targets; returns whether all is well now. */
export const replay = async (file: string): Promise<boolean> => {
  const { guard, mutant, valid } = JSON.parse(readFileSync(file, 'utf8')) as Recording
  const logged = (line: string): void =>
    void process.stdout.write(`  log: ${JSON.stringify(line)}\n`)
  let isWell = true
  for (const { open } of [inProcess, overHttp]) {
    const target = await open(createGuard(guard, { logged }))
    const { status, findings } = await judge(target, mutant, new Set(valid))
    process.stdout.write(`${target.name}: ${status}, ${JSON.stringify(findings)}\n`)
    isWell &&= findings.length === 0
    await target.close()
  }
  return isWell
}
