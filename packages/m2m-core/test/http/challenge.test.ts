import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bearerChallenge } from '../../src/http/challenge.js'

/** Reads one challenge as RFC 9110 §11.2 writes it; throws on anything left over. */
const parse = (challenge: string): [string, string][] => {
  if (!challenge.startsWith('Bearer ')) throw new Error('expected the scheme and one space')
  const parameters: [string, string][] = []
  let rest = challenge.slice('Bearer '.length)
  while (rest !== '') {
    const [whole, name, value] =
      /^([a-z_]+)="((?:[^"\\]|\\.)*)"(?:, (?=[a-z])|$)/.exec(rest) ?? ([] as (string | undefined)[])
    if (whole === undefined || name === undefined || value === undefined) {
      throw new Error(`left over: ${rest}`)
    }
    parameters.push([name, value.replace(/\\(.)/g, '$1')])
    rest = rest.slice(whole.length)
  }
  return parameters
}

const shown = (value: string): string => value.replace(/[^\x20-\x7e]/g, '?')
const given = (name: string, value: string | undefined): [string, string][] =>
  value === undefined ? [] : [[name, shown(value)]]

const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('"', '\\', '\\"', '", error="x', 'a\r\nSet-Cookie: b=c', '\\\\', '\u0000', ''),
)
const challenges = fc.record({
  error: fc.option(anyText, { nil: undefined }),
  description: fc.option(anyText, { nil: undefined }),
  scope: fc.option(anyText, { nil: undefined }),
})

describe('bearerChallenge', () => {
  it('R0: without an error names scheme and realm only', () => {
    expect(bearerChallenge({})).toBe('Bearer realm="api"')
  })

  it('R3: names error, description and scope (RFC 6750 §3)', () => {
    const challenge = bearerChallenge({ error: 'e', description: 'd d', scope: 'a b:c' })
    expect(parse(challenge)).toEqual([
      ['realm', 'api'],
      ['error', 'e'],
      ['error_description', 'd d'],
      ['scope', 'a b:c'],
    ])
  })

  it('row 29: always parses to the parameters it was given', () => {
    fc.assert(
      fc.property(challenges, ({ error, description, scope }) => {
        expect(parse(bearerChallenge({ error, description, scope }))).toEqual([
          ['realm', 'api'],
          ...given('error', error),
          ...given('error_description', description),
          ...given('scope', scope),
        ])
      }),
    )
  })

  it('row 29: never holds a byte that could end the header', () => {
    fc.assert(fc.property(challenges, (values) => /^[\x20-\x7e]+$/.test(bearerChallenge(values))))
  })

  it('row 29: is a value that the platform takes for a header', () => {
    fc.assert(
      fc.property(challenges, (values) => {
        const challenge = bearerChallenge(values)
        const headers = new Headers({ 'WWW-Authenticate': challenge })
        expect(headers.get('www-authenticate')).toBe(challenge)
      }),
    )
  })
})
