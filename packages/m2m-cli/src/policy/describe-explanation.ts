import { type CommandIo, colorsOf, oneLine, shownPlace } from '../command-io.js'
import type { PolicyExplanation } from './explain-policy.js'

/** An explanation as text: the answer, then why. */
export const describeExplanation = (io: CommandIo, explanation: PolicyExplanation): string => {
  const { allowed, who, operation, tier, roles, at } = explanation
  const { green, red, bold, dim } = colorsOf(io)
  const answer = allowed ? green('may') : red('may not')
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['why', why(io, explanation)],
    [
      'tier',
      tier &&
        `${tier.name ?? 'none, so the lowest unless its token states one'}, ${ceilingText(tier.operations)}`,
    ],
    ['roles', roles.length > 0 ? roles.join(', ') : 'none'],
    ['service', at && shownPlace(io, at)],
  ]
  const lines = facts.flatMap(([name, text]) =>
    text === undefined ? [] : [`  ${dim(name.padEnd(8))} ${oneLine(text)}`],
  )
  return `${[`${bold(oneLine(who))} ${answer} ${bold(operation)}`, ...lines].join('\n')}\n`
}

const why = (io: CommandIo, { policy, note }: PolicyExplanation): string => {
  if (!policy) return note ?? 'no policy allows it'
  const decided = `policy "${policy.name}" at ${shownPlace(io, policy.at)}`
  return note === undefined ? decided : `${decided}: ${note}`
}

const ceilingText = (operations: readonly string[] | undefined): string => {
  if (!operations) return 'without a ceiling'
  return operations.length > 0 ? `ends at ${operations.join(', ')}` : 'ends at nothing'
}
