import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Context, ResourceInput } from 'm2m-core'
import { type PolicyProblem, readPlainFile } from 'm2m-policy'
import type { CommandIo } from '../command-io.js'
import { MisuseError } from '../misuse-error.js'

/** What a file holds, or what is wrong with it. */
export interface ReadFact<T> {
  readonly fact?: T
  readonly problems: readonly PolicyProblem[]
}

type Members = Readonly<Record<string, unknown>>

/**
 * Reads a resource, `{ id, attributes }`, of the type of the operation.
 *
 * @throws MisuseError when there is no such file
 */
export const readResource = (
  io: CommandIo,
  file: string | undefined,
  type: string,
): ReadFact<ResourceInput> =>
  readMembers(io, file, 'a resource such as { id, attributes }', (members) => {
    const { id, type: given = type, attributes = {} } = members
    const unknown = Object.keys(members).find((name) => !resourceMembers.includes(name))
    if (unknown !== undefined) {
      return `there is no ${JSON.stringify(unknown)}; a resource has ${resourceMembers.join(', ')}`
    }
    if (given !== type) return `type: expected ${JSON.stringify(type)}, as in the operation`
    if (id !== undefined && typeof id !== 'string') return 'id: expected a text'
    return isMembers(attributes) ? undefined : 'attributes: expected an object'
  })

/**
 * Reads a context: any object.
 *
 * @throws MisuseError when there is no such file
 */
export const readContext = (io: CommandIo, file: string | undefined): ReadFact<Context> =>
  readMembers(io, file, 'an object', () => undefined)

const resourceMembers = ['id', 'type', 'attributes']

const readMembers = (
  { cwd }: CommandIo,
  given: string | undefined,
  what: string,
  faultOf: (members: Members) => string | undefined,
): ReadFact<Members> => {
  if (given === undefined) return { problems: [] }
  const file = resolve(cwd, given)
  if (!statSync(file, { throwIfNoEntry: false })) {
    throw new MisuseError(`there is no file ${JSON.stringify(given)}`)
  }
  const { value, problems } = readPlainFile(file)
  if (problems.length > 0) return { problems }
  const fault = isMembers(value) ? faultOf(value) : `expected ${what}`
  if (fault === undefined) return { fact: value as Members, problems: [] }
  return { problems: [{ file, line: 1, column: 1, message: fault }] }
}

const isMembers = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
