import { describe, expect, it } from 'vitest'
import { describeCode, publicCodes } from '../../src/errors/codes.js'

const statuses = {
  refused: [400, 401, 403, 429],
  unavailable: [503],
  misconfigured: [500],
  failed: [500],
}

describe('the catalogue', () => {
  it.each(publicCodes)('rule 1: the status of %s is one of its kind of failure', (code) => {
    const { kind, status } = describeCode(code)
    expect(statuses[kind]).toContain(status)
  })

  it.each(publicCodes)('rule 7: the sentence of %s tells no URL and no library text', (code) => {
    expect(describeCode(code).detail).not.toMatch(/https?:|jose|jwks|casl|error/i)
  })

  it.each(publicCodes)(
    'row 29: the sentence of %s keeps to the characters of RFC 6750 §3',
    (code) => {
      expect(describeCode(code).detail).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/)
    },
  )

  it('the 401 codes are a closed list of three', () => {
    const unauthorized = publicCodes.filter((code) => describeCode(code).status === 401)
    expect(unauthorized).toEqual(['credentials_missing', 'invalid_token', 'token_expired'])
  })

  it('cannot be added to', () => {
    expect(Object.isFrozen(publicCodes)).toBe(true)
  })
})

describe('the challenge of a code (RFC 6750 §3.1)', () => {
  it.each([
    ['R0', 'credentials_missing', undefined],
    ['R1', 'invalid_token', 'invalid_token'],
    ['R1', 'token_expired', 'invalid_token'],
    ['R2', 'invalid_request', 'invalid_request'],
    ['R3', 'insufficient_scope', 'insufficient_scope'],
  ] as const)('%s: %s is challenged with error %s', (_rule, code, challengeError) => {
    expect(describeCode(code)).toMatchObject({ challenged: true })
    expect(describeCode(code).challengeError).toBe(challengeError)
  })

  it('R4: an outage is not challenged, so that no caller throws a good token away', () => {
    expect(describeCode('authorization_unavailable')).toMatchObject({ challenged: false })
    expect(describeCode('authorization_unavailable')).not.toHaveProperty('challengeError')
  })

  it('every 401 is challenged (RFC 9110 §15.5.2)', () => {
    const unauthorized = publicCodes.map(describeCode).filter(({ status }) => status === 401)
    for (const entry of unauthorized) expect(entry.challenged).toBe(true)
  })
})
