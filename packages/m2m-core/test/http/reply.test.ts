import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allCauses, codeOf } from '../../src/errors/causes.js'
import { publicCodes } from '../../src/errors/codes.js'
import { replyOf } from '../../src/http/reply.js'

const challengeOf = (...reply: Parameters<typeof replyOf>): string | undefined =>
  replyOf(...reply).headers['WWW-Authenticate']

describe('the answer of each response rule', () => {
  it('R0: no credentials, 401 and a challenge without error and description', () => {
    expect(replyOf('credentials_missing').status).toBe(401)
    expect(challengeOf('credentials_missing')).toBe('Bearer realm="api"')
  })

  it('R1: a bad token, 401 invalid_token with a fixed description', () => {
    expect(replyOf('invalid_token').status).toBe(401)
    expect(challengeOf('invalid_token')).toMatch(
      /^Bearer realm="api", error="invalid_token", error_description="[^"\\]+"$/,
    )
  })

  it('R1: an expired token, 401 invalid_token, told apart by the code in the body', () => {
    const { status, body } = replyOf('token_expired')
    expect({ status, code: body.code }).toEqual({ status: 401, code: 'token_expired' })
    expect(challengeOf('token_expired')).toContain('error="invalid_token"')
  })

  it('R2: malformed credentials, 400 invalid_request', () => {
    expect(replyOf('invalid_request').status).toBe(400)
    expect(challengeOf('invalid_request')).toContain('error="invalid_request"')
  })

  it('R3: a missing scope, 403 insufficient_scope and the scopes that are needed', () => {
    expect(replyOf('insufficient_scope').status).toBe(403)
    const challenge = challengeOf('insufficient_scope', { scope: 's2s:internal s2s:write' })
    expect(challenge).toContain('error="insufficient_scope"')
    expect(challenge).toContain('scope="s2s:internal s2s:write"')
  })

  it.each(['principal_type_mismatch', 'principal_unclassified'] as const)(
    'rule 3: %s is 403 and names no scope that could help',
    (code) => {
      expect(replyOf(code).status).toBe(403)
      expect(challengeOf(code)).toContain('error="insufficient_scope"')
      expect(challengeOf(code)).not.toContain('scope=""')
    },
  )

  it('R3p: another denial, 403 with a generic body and no rule text', () => {
    const { status, body } = replyOf('operation_denied')
    expect(status).toBe(403)
    expect(body.detail).not.toMatch(/polic|rule|tier|engine|layer/i)
  })

  it('R4: an outage, 503 with Retry-After and without any word of the token', () => {
    const { status, headers, body } = replyOf('authorization_unavailable', { retryAfter: 30 })
    expect(status).toBe(503)
    expect(headers['Retry-After']).toBe('30')
    expect(JSON.stringify({ headers, body })).not.toMatch(/invalid|token|WWW-Authenticate/)
  })

  it('rule 1: a missing guard is 500 and never a challenge', () => {
    expect(replyOf('M2M_CFG_GUARD_MISSING').status).toBe(500)
    expect(challengeOf('M2M_CFG_GUARD_MISSING')).toBeUndefined()
  })
})

describe('every answer', () => {
  it.each(publicCodes)('%s has an RFC 9457 body with a code, below 1 kB', (code) => {
    const { status, headers, body } = replyOf(code)
    expect(headers['Content-Type']).toBe('application/problem+json')
    const { type, ...usual } = body
    expect(Object.keys(usual).sort()).toEqual(['code', 'detail', 'status', 'title'])
    expect(type !== undefined).toBe(code === 'quota_exceeded')
    expect(body).toMatchObject({ code, status })
    expect(JSON.stringify(body).length).toBeLessThan(1024)
  })

  it.each(publicCodes)('%s cannot be changed by whoever writes it', (code) => {
    const reply = replyOf(code)
    for (const part of [reply, reply.headers, reply.body]) expect(Object.isFrozen(part)).toBe(true)
  })

  it('R1, row 32: all causes of invalid_token answer the same bytes', () => {
    const causes = allCauses.filter((cause) => codeOf(cause) === 'invalid_token')
    const answers = new Set(causes.map((cause) => JSON.stringify(replyOf(codeOf(cause)))))
    expect(causes.length).toBeGreaterThan(10)
    expect(answers.size).toBe(1)
  })

  it('row 29: holds no byte that could end a header, whatever the scope', () => {
    const scopes = fc.string({ unit: 'binary' })
    fc.assert(
      fc.property(fc.constantFrom(...publicCodes), scopes, fc.nat(), (code, scope, retryAfter) => {
        const { headers } = replyOf(code, { scope, retryAfter })
        for (const value of Object.values(headers)) expect(value).toMatch(/^[\x20-\x7e]+$/)
      }),
    )
  })
})
