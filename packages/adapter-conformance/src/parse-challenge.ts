/** One challenge of a `WWW-Authenticate` header (RFC 9110 §11.6.1). */
export interface Challenge {
  readonly scheme: string
  /** By lower-case name, without quotes and escapes. */
  readonly parameters: ReadonlyMap<string, string>
}

/** Parses a line of exactly one challenge with quoted parameters; undefined if it is not one. */
export const parseChallenge = (line: string): Challenge | undefined => {
  const [, scheme, list] = /^([\w-]+) (.*)$/s.exec(line) ?? []
  if (scheme === undefined || list === undefined) return undefined
  const parameters = new Map<string, string>()
  const parameter = /([\w-]+)="((?:[^"\\]|\\.)*)"(?:, |$)/gy
  for (let end = 0; end < list.length; end = parameter.lastIndex) {
    const [, name, value] = parameter.exec(list) ?? []
    if (name === undefined || value === undefined) return undefined
    if (parameters.has(name.toLowerCase())) return undefined
    parameters.set(name.toLowerCase(), value.replace(/\\(.)/g, '$1'))
  }
  return { scheme, parameters }
}
