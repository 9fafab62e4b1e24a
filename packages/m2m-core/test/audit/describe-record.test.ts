import { describe, expect, it } from 'vitest'
import { describeRecord } from '../../src/audit/describe-record.js'
import { admission, denial, refusal } from './fixture.js'

describe('describeRecord: one line for people (rule 7: what came, and how to fix it)', () => {
  it('names outcome, status, code, cause, request and reason', () => {
    const line = describeRecord(refusal)
    for (const part of ['refused', '401', 'invalid_token', 'signature_invalid', 'POST', 'r-1']) {
      expect(line).toContain(part)
    }
    expect(line).toContain('/internal/transfers')
    expect(line).toContain('expected a signature by the named key')
    expect(line).not.toContain('\n')
  })

  it('names service and operation when they are known', () => {
    expect(describeRecord(denial)).toContain('billing')
    expect(describeRecord(denial)).toContain('transfers:create')
    expect(describeRecord(admission)).toContain('admitted')
    expect(describeRecord(admission)).not.toContain('undefined')
  })
})

it.each([
  ['CR and LF', 'a\r\nm2m admitted 200'],
  ['ANSI', '\u001b[2J\u001b[31m'],
  ['bidi', 'a\u202egnp'],
  ['C1 and separators', '\u009b31m\u0085\u2028'],
  ['7 000 characters', '\n'.repeat(7000)],
])('threat row 30: stays one printable line for a service id with %s', (_what, id) => {
  const service = { id, issuer: 'https://issuer.test', clientId: id, evidence: id }
  expect(describeRecord({ ...denial, service })).toMatch(/^[\x20-\x7e]{1,3000}$/)
})
