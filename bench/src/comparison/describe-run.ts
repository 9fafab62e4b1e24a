import { readFileSync } from 'node:fs'
import os from 'node:os'
import { spareCores } from '../figures/spare-cores.js'
import type { ComparisonOptions } from './read-options.js'

/** What figures depend on besides the code: nothing here tells whose machine it was, or where. */
export const describeRun = ({ isQuick, only }: ComparisonOptions) => ({
  date: new Date().toISOString(),
  settings: { quick: isQuick, only: only ?? null },
  machine: {
    cpu: os.cpus()[0]?.model ?? 'unknown',
    cores: os.cpus().length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.version,
    nodeEnv: { here: process.env['NODE_ENV'] ?? null, servers: 'production' },
    pinned: spareCores() !== undefined,
  },
  versions: versions(),
})

interface Manifest {
  readonly version: string
  readonly dependencies: Readonly<Record<string, string>>
}

/** Of all that the benches run, ours and others', by name. */
const versions = (): Readonly<Record<string, string>> => {
  const bench = new URL('../../', import.meta.url)
  const read = (file: string): Manifest => JSON.parse(readFileSync(new URL(file, bench), 'utf8'))
  const names = Object.keys(read('package.json').dependencies)
  return Object.fromEntries(
    names.map((name) => [name, read(`node_modules/${name}/package.json`).version]),
  )
}
