import { spawnSync } from 'node:child_process'
import { loadPolicy } from 'm2m-policy'
import { quantile } from '../figures/quantile.js'

/** What loading a folder took in processes of their own, in milliseconds. */
export interface LoadFigure {
  readonly name: string
  readonly median: number
  readonly best: number
  readonly worst: number
}

const runs = 7

/** Loads a folder as an API does that starts: in a new process, where nothing is compiled yet. */
export const measureLoad = (name: string, folder: string): LoadFigure => {
  const took = Array.from({ length: runs }, () => loadInNewProcess(folder))
  const at = (share: number): number => quantile(took, share)
  return { name, median: at(0.5), best: at(0), worst: at(1) }
}

const loadInNewProcess = (folder: string): number => {
  const [, script = ''] = process.argv
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, loadOnce, folder], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`expected the folder to be loaded, got ${stderr}`)
  return Number(stdout)
}

/** The name under which a new process is asked to load a folder. */
export const loadOnce = 'load-once'

/** Loads the folder that is named, and prints how long it took. */
export const runLoadOnce = async ([folder = '']: readonly string[]): Promise<boolean> => {
  const startedAt = performance.now()
  const store = loadPolicy(folder)
  const took = performance.now() - startedAt
  console.log(store.model.policies.length > 0 ? took : Number.NaN)
  return true
}
