import { relative, resolve, sep } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { Place } from 'm2m-policy'
import picocolors from 'picocolors'

/** All that a command knows of the world but the files: where it writes, and how. */
export interface CommandIo {
  /** Writes text as it is; lines bring their own ends. */
  stdout(text: string): void
  stderr(text: string): void
  /** The folder that paths start from. */
  readonly cwd: string
  /** Whether to write in colours. */
  readonly color: boolean
  /** How wide the terminal is. */
  readonly columns: number
  /** What `--version` answers. @defaultValue there is no such option */
  readonly version?: string
}

/** What `createCommandIo` needs of Node's `process`. */
export interface Host {
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly env: Readonly<Record<string, string | undefined>>
  cwd(): string
}

const widthOfAPipe = 80

/**
 * Makes the world of a command out of Node's `process`. Colours are on for a terminal, off with
 * `NO_COLOR` and on with `FORCE_COLOR`; stderr has them only where it is a terminal, too. A reader
 * that goes away, as `head` does, is no fault.
 */
export const createCommandIo = ({ stdout, stderr, env, cwd }: Host): CommandIo => {
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosedPipe)
  const isPlain = !wantsColor(env, stderr.isTTY === true)
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(isPlain ? stripVTControlCharacters(text) : text),
    cwd: cwd(),
    color: wantsColor(env, stdout.isTTY === true),
    columns: stdout.columns || Number(env['COLUMNS']) || widthOfAPipe,
  }
}

const wantsColor = ({ NO_COLOR, FORCE_COLOR, TERM }: Host['env'], isTerminal: boolean): boolean => {
  if (NO_COLOR) return false
  if (FORCE_COLOR !== undefined) return !['0', 'false'].includes(FORCE_COLOR)
  return isTerminal && TERM !== 'dumb'
}

const ignoreClosedPipe = (fault: NodeJS.ErrnoException): void => {
  if (fault.code !== 'EPIPE') throw fault
}

/** Colours as functions, which do nothing where there are none. */
export const colorsOf = ({ color }: CommandIo): ReturnType<typeof picocolors.createColors> =>
  picocolors.createColors(color)

/** A file as people are told of it: from the folder they are in, with slashes. */
export const shownFile = ({ cwd }: CommandIo, file: string): string => {
  const way = relative(cwd, resolve(cwd, file))
  return oneLine(way === '' || way.startsWith('..') ? file : way.split(sep).join('/'))
}

/** A place likewise: `policies/roles.yaml:3:5`, only the file where there are no lines. */
export const shownPlace = (io: CommandIo, { file, line, column }: Place): string =>
  line === 0 ? shownFile(io, file) : `${shownFile(io, file)}:${line}:${column}`

/** What stands in files, and names of files, may hold anything: nothing of it moves the cursor. */
export const oneLine = (text: string): string => text.replace(/[\p{C}\p{Z}]+/gu, ' ')
