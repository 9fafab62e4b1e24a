import { didYouMean } from '../problem/did-you-mean.js'
import { quote } from '../problem/quote.js'

/** What zod tells of an issue, as far as wording it needs. */
interface Issue {
  readonly code?: string | undefined
  readonly input?: unknown
}

/** Words an issue as the rest of the project does. */
export interface Wording {
  readonly error: (issue: Issue) => string
}

/** "expected a name, got 5". */
export const expected = (what: string): Wording => ({
  error: ({ input }) => `expected ${what}, got ${quote(input)}`,
})

/** The same for one of some words. */
export const expectedOneOf = (words: readonly string[]): Wording => ({
  error: ({ input }) => {
    const hint = typeof input === 'string' ? didYouMean(input, words) : ''
    return `expected one of ${words.join(', ')}, got ${quote(input)}${hint}`
  },
})

/**
 * The same for an object. Of members that it does not have zod tells all in one issue: its message
 * is the list of those that it does have, for whoever words each of them.
 */
export const expectedMembers = (what: string, members: readonly string[]): Wording => ({
  error: ({ code, input }) =>
    code === 'unrecognized_keys' ? members.join(' ') : `expected ${what}, got ${quote(input)}`,
})

/** One message for each member that an object does not have. */
export const unknownMember = (member: string, members: string): string =>
  `there is no ${quote(member)}${didYouMean(member, members.split(' '))}`
