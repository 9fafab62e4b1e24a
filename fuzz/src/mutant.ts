/** One header line; each character stands for a byte. */
export type HeaderLine = readonly [name: string, value: string]

/** A request that is to be refused. */
export interface Mutant {
  readonly lines: readonly HeaderLine[]
  /** Behind the question mark. */
  readonly query?: string
  /** The status of the refusal; where it is absent, any below 500 will do. */
  readonly status?: number
}

/** A request that presents a token as it should be presented. */
export const presenting = (token: string): Mutant => ({
  lines: [['Authorization', `Bearer ${token}`]],
})

/**
 * Whether the request is a valid one after all: exactly one `Authorization` line, which presents a
 * valid token byte for byte, the scheme in any case (RFC 9110 §11.1).
 *
 * The second signature of an ES256 token (r, n - s) is not looked for: no mutation computes it.
 */
export const isValid = ({ lines }: Mutant, valid: ReadonlySet<string>): boolean => {
  const values = lines.filter(([name]) => name.toLowerCase() === 'authorization')
  const [, value = ''] = values[0] ?? []
  return (
    values.length === 1 &&
    value.slice(0, 7).toLowerCase() === 'bearer ' &&
    valid.has(value.slice(7))
  )
}

/** The request as HTTP delivers it: white space around values is no part of them. */
export const trimmed = ({ lines, ...rest }: Mutant): Mutant => ({
  ...rest,
  lines: lines.map(([name, value]) => [name, value.replace(/^[ \t]+|[ \t]+$/g, '')]),
})
