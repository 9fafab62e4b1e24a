import { createWriteStream, type WriteStream } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type GuardOptions, jsonLines } from 'm2m-core'
import { loadPolicy } from 'm2m-policy'
import { type GuardTask, requiredScope } from './guard-task.js'

/** How our guard is set up for a case; nothing where the case is none of ours. */
export interface OurSetting {
  readonly options: GuardOptions
  /** Whether the route needs an operation. */
  readonly hasOperation: boolean
  /** Settles when the decision log holds all that was written to it. */
  settle(): Promise<void>
}

const policies = fileURLToPath(new URL('../../policies', import.meta.url))

/** The settings of our own cases, with the same words for all frameworks. */
export const ourSetting = (
  guard: string,
  { issuer, audience, jwksUri, logFile }: GuardTask,
): OurSetting | undefined => {
  const server = { issuer, audience, jwksUri }
  const nothing = async (): Promise<void> => undefined
  if (guard === 'token only') {
    return { options: { ...server, requiredScope: null }, hasOperation: false, settle: nothing }
  }
  const everything = (): GuardOptions => ({
    ...server,
    requiredScope,
    policy: loadPolicy(policies, { watch: true }),
    requireRegistered: true,
  })
  if (guard === 'everything') {
    return { options: everything(), hasOperation: true, settle: nothing }
  }
  if (guard !== 'everything and log' || logFile === undefined) return undefined
  const stream = createWriteStream(logFile)
  const options = { ...everything(), audit: { sinks: [jsonLines(stream)] } }
  return { options, hasOperation: true, settle: () => allWritten(stream) }
}

/** Settles after everything before it has been written. */
const allWritten = (stream: WriteStream): Promise<void> =>
  new Promise((resolve, reject) => {
    stream.write('', (fault) => (fault ? reject(fault) : resolve()))
  })
