import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { describeCode, publicCodes } from '../../src/errors/codes.js'
import { brand, isM2MError, m2mError } from '../../src/errors/m2m-error.js'
import { replyOf } from '../../src/http/reply.js'

describe('m2mError', () => {
  it.each(publicCodes)('the error of %s has the fields frameworks read', (code) => {
    const reply = replyOf(code, { retryAfter: 5 })
    const { status, headers } = reply
    const error = m2mError(code, reply)
    expect(error).toMatchObject({ code, status, statusCode: status, expose: true, headers })
    expect(error.body).toEqual(reply.body)
    expect(error).toBeInstanceOf(Error)
  })

  it.each(publicCodes)('rule 7: the message of %s is the fixed sentence', (code) => {
    expect(m2mError(code, replyOf(code)).message).toBe(describeCode(code).detail)
  })

  it('is branded with the registered symbol, which no one sees while looping', () => {
    const error = m2mError('invalid_token', replyOf('invalid_token'))
    expect(Symbol.for('m2m.error') in error).toBe(true)
    expect(Object.getOwnPropertySymbols({ ...error })).toEqual([])
  })
})

describe('isM2MError', () => {
  it('knows our own errors', () => {
    expect(isM2MError(m2mError('operation_denied', replyOf('operation_denied')))).toBe(true)
  })

  it('knows errors of another copy of this package', () => {
    const foreign = Object.defineProperty(new Error('x'), Symbol.for('m2m.error'), { value: true })
    expect(isM2MError(Object.assign(foreign, { body: {} }))).toBe(true)
  })

  it('does not take a branded error without a reply for an answer', () => {
    const error = new Error('x')
    brand(error)
    expect(isM2MError(error)).toBe(false)
  })

  it('never throws and takes no other value for one', () => {
    fc.assert(fc.property(fc.anything(), (value) => !isM2MError(value)))
  })
})
