import { describe, expect, it } from 'vitest'
import { allCauses } from '../../src/errors/causes.js'
import { refuse } from '../../src/errors/refusal.js'
import { verdictOf } from '../../src/pipeline/verdict.js'

describe('rule 1: three kinds of failure, never mixed', () => {
  it.each(allCauses)('%s is unavailable iff it is answered 503', (cause) => {
    const verdict = verdictOf(refuse(cause, 'why', { retryAfter: 7 }))
    const { status } = verdict.reply
    expect(verdict.admitted).toBe(false)
    expect(verdict.kind).toBe(status === 503 ? 'unavailable' : 'refused')
    expect([400, 401, 403, 429, 503]).toContain(status)
    expect(Object.isFrozen(verdict)).toBe(true)
  })

  it('503 carries Retry-After and no challenge; a consumer reads the same from the verdict', () => {
    const { reply, retryAfter } = verdictOf(refuse('key_set_unavailable', 'x', { retryAfter: 7 }))
    expect(retryAfter).toBe(7)
    expect(reply.headers['Retry-After']).toBe('7')
    expect(reply.headers).not.toHaveProperty('WWW-Authenticate')
  })

  it('rule 7: the reason for the log is not in the verdict', () => {
    const verdict = verdictOf(refuse('signature_invalid', 'the-secret-reason'))
    expect(JSON.stringify(verdict)).not.toContain('the-secret-reason')
    expect(JSON.stringify(verdict)).not.toContain('signature_invalid')
  })
})
