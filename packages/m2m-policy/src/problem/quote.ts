const longest = 80

/** A value out of a file for one line of a log: printable ASCII, cut, never walked into. */
export const quote = (value: unknown): string => {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return ascii(String(value))
  const shown = ascii(JSON.stringify(value.slice(0, longest)))
  return value.length > longest ? `${shown} (cut)` : shown
}

const ascii = (text: string): string =>
  text.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
