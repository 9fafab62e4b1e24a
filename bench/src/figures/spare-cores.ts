import { spawnSync } from 'node:child_process'

/** One core for what is measured, and the others for what measures it. */
export interface SpareCores {
  readonly measured: string
  readonly others: string
}

/** Nothing where `taskset` is missing, or this process may use one core only. */
export const spareCores = (): SpareCores | undefined => {
  const { status, stdout } = spawnSync('taskset', ['-cp', `${process.pid}`], { encoding: 'utf8' })
  if (status !== 0) return undefined
  const cores = (stdout.split(':').at(-1) ?? '').trim().split(',').flatMap(coresOf)
  const measured = cores.pop()
  if (measured === undefined || cores.length === 0) return undefined
  return { measured: `${measured}`, others: cores.join(',') }
}

/** `taskset` writes three cores in a row as `0-2`. */
const coresOf = (range: string): readonly number[] => {
  const [first = 0, last = first] = range.split('-').map(Number)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** Keeps a process, with all its threads, to these cores. */
export const pin = (pid: number, cores: string): void => {
  const { status } = spawnSync('taskset', ['-acp', cores, `${pid}`])
  if (status !== 0) throw new Error(`taskset could not keep a process to ${cores}`)
}
