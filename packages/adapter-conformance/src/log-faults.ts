import type { ExpectedRefusal } from './hostile-case.js'
import { libraryTextsIn } from './library-texts.js'

/** Above a line of JSON that quotes five texts cut at 120 characters and escaped; below a token. */
const longestLine = 5000
/** This many characters in a row are no accident: a fortieth of an ordinary token. */
const longestRun = 20

/**
 * What is wrong with the lines that one request left in the log: each must be one bounded line of
 * printable ASCII without any part of a token or any text of a library; a refusal must be recorded
 * exactly once, an admission never as a refusal. Claim values may be quoted: operators need them.
 */
export const logFaults = (
  lines: readonly string[],
  tokens: readonly string[],
  expected: ExpectedRefusal | 'admitted' | 'unrouted',
): readonly string[] => {
  const refusals = lines.filter((line) => line.startsWith('m2m refused '))
  return [
    ...recordFaults(refusals, expected),
    ...lines.flatMap((line) => lineFaults(line, tokens).map((fault) => `the log ${fault}`)),
  ]
}

const recordFaults = (
  refusals: readonly string[],
  expected: ExpectedRefusal | 'admitted' | 'unrouted',
): readonly string[] => {
  if (expected === 'unrouted') return refusals.length <= 1 ? [] : ['refused twice in the log']
  const found = refusals.map((line) => line.split(' ').slice(2, 4).join(' '))
  const wanted = expected === 'admitted' ? [] : [`${expected.status} ${expected.code}`]
  return found.join() === wanted.join()
    ? []
    : [`refusals in the log: expected ${show(wanted)}, got ${show(found)}`]
}

const lineFaults = (line: string, tokens: readonly string[]): readonly string[] => {
  const shown = JSON.stringify(line.slice(0, 200))
  const run = tokens.map((token) => sharedRun(token, line)).find((found) => found !== undefined)
  return [
    ...(/^[\x20-\x7e]*$/.test(line) ? [] : [`holds characters outside printable ASCII: ${shown}`]),
    ...(line.length <= longestLine ? [] : [`has a line of ${line.length} characters: ${shown}`]),
    ...(run === undefined ? [] : [`holds "${run}", which is part of a token: ${shown}`]),
    ...libraryTextsIn(line).map((text) => `holds "${text}": ${shown}`),
  ]
}

/** The first piece of a part of the token, of a length that is no accident, that the line holds. */
const sharedRun = (token: string, line: string): string | undefined => {
  const runs = new Set<string>()
  for (let start = 0; start + longestRun <= line.length; start += 1) {
    runs.add(line.slice(start, start + longestRun))
  }
  for (const part of token.split('.')) {
    for (let start = 0; start + longestRun <= part.length; start += 1) {
      const run = part.slice(start, start + longestRun)
      if (runs.has(run)) return run
    }
  }
  return undefined
}

const show = (list: readonly string[]): string => (list.length === 0 ? 'none' : list.join(' and '))
