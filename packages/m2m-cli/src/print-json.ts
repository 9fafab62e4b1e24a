import { type CommandIo, shownFile } from './command-io.js'

/** Prints one JSON document; files are named as people are told of them. */
export const printJson = (io: CommandIo, value: unknown): void => {
  const text = JSON.stringify(
    value,
    (name, member: unknown) =>
      name === 'file' && typeof member === 'string' ? shownFile(io, member) : member,
    2,
  )
  io.stdout(`${text}\n`)
}
