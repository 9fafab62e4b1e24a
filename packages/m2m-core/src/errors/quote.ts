const longest = 120

/**
 * Writes a value that came from outside into a log message: one line of printable ASCII, cut after
 * 120 characters, never walked into, so that neither size nor depth nor control bytes matter.
 */
export const quote = (value: unknown): string => {
  if (typeof value === 'string') return quoteText(value)
  if (Array.isArray(value)) return quoteList(value)
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'object' && value !== null) return 'an object'
  return value === undefined ? 'nothing' : printable(String(value), longest)
}

const quoteText = (text: string): string => {
  const shown = JSON.stringify(text.slice(0, longest)).replace(/[^\x20-\x7e]/g, escaped)
  return text.length > longest ? `${shown} (cut, ${text.length} characters)` : shown
}

/**
 * A value from outside as printable ASCII of bounded length, for a field of its own: everything
 * else is escaped, what was cut ends in "(cut)". Never throws, whatever the value is.
 */
export const printable = (value: unknown, most: number): string => {
  if (typeof value !== 'string') return quote(value)
  const shown = value.slice(0, most).replace(/[^\x20-\x7e]/g, escaped)
  return value.length > most ? `${shown}(cut)` : shown
}

const escaped = (character: string): string =>
  `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

const quoteList = (list: readonly unknown[]): string => {
  const shown = list.slice(0, 5).map((item) => (Array.isArray(item) ? 'a list' : quote(item)))
  return `[${shown.join(', ')}${list.length > 5 ? `, and ${list.length - 5} more` : ''}]`
}
