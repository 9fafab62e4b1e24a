/** The parameters of one `WWW-Authenticate: Bearer` challenge (RFC 6750 §3). */
export interface BearerChallenge {
  readonly error?: string | undefined
  readonly description?: string | undefined
  readonly scope?: string | undefined
}

const realm = 'api'

/**
 * Builds a challenge that cannot carry a second header or parameter whatever the values hold:
 * quotes and backslashes are escaped, everything outside printable ASCII becomes a question mark.
 */
export const bearerChallenge = ({ error, description, scope }: BearerChallenge): string => {
  const parameters: [string, string | undefined][] = [
    ['realm', realm],
    ['error', error],
    ['error_description', description],
    ['scope', scope],
  ]
  const written = parameters.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}=${quote(value)}`],
  )
  return `Bearer ${written.join(', ')}`
}

const quote = (value: string): string =>
  `"${value.replace(/[^\x20-\x7e]/g, '?').replace(/["\\]/g, '\\$&')}"`
