import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'

/** Who was let in, and what for: two verdicts, and so two records, of each request. */
const recordsPerRequest = 2

/** Throws unless a decision log tells of every request: a log that drops some would be a fast one. */
export const expectWholeLog = async (file: string, requests: number): Promise<void> => {
  let records = 0
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const { outcome } = JSON.parse(line) as { outcome?: unknown }
    if (outcome === 'admitted') records += 1
  }
  const expected = requests * recordsPerRequest
  if (records !== expected) {
    throw new Error(`expected ${expected} records of ${requests} requests, found ${records}`)
  }
}
