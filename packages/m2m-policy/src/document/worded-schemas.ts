import { z } from 'zod'
import { expected, expectedMembers } from './expected.js'

/** Names that appear in logs, tokens and keys: printable ASCII, none that means all or a prototype. */
const nameGrammar = /^(?!\*$|__proto__$)[\x21-\x7e](?:[\x20-\x7e]{0,254}[\x21-\x7e])?$/

/** A text; `what` says of what. YAML takes `42` for a number and `true` for no text either. */
export const aText = (what: string) =>
  z.string({
    error: ({ input }) => {
      const isUnquoted = typeof input === 'number' || typeof input === 'boolean'
      return `${expected(what).error({ input })}${isUnquoted ? '; write it in quotes' : ''}`
    },
  })

/** A name that may stand in logs and keys. */
export const aName = (what: string) =>
  aText(what).regex(nameGrammar, expected(`${what} of 1 to 256 printable ASCII characters`))

/** A list of at least one. */
export const someOf = <T extends z.ZodType>(item: T, what: string) =>
  z.array(item, expected(`a list of ${what}`)).min(1, expected(`a list of ${what}`))

/** An object of these members and no other. */
export const strict = <T extends z.ZodRawShape>(shape: T, what: string) =>
  z.strictObject(shape, expectedMembers(what, Object.keys(shape)))
