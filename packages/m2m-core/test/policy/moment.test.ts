import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  compareMoments,
  type Moment,
  readMoment,
  readMomentOrDay,
} from '../../src/policy/moment.js'

const momentOf = (text: string): Moment => {
  const moment = readMomentOrDay(text)
  if (moment) return moment
  throw new Error(`${text} is no moment`)
}
const order = (one: string, other: string): number =>
  Math.sign(compareMoments(momentOf(one), momentOf(other)))

describe('readMoment: RFC 3339 and nothing else', () => {
  it.each([
    '2026-01-31T12:00:00Z',
    '2026-01-31t12:00:00z',
    '2026-01-31T12:00:00.5Z',
    '2026-01-31T12:00:00.123456789+23:59',
    '2024-02-29T00:00:00-00:00',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ])('reads %s as Date does', (text) => {
    const moment = readMoment(text)
    expect(moment?.seconds).toBe(Math.floor(Date.parse(text) / 1000))
  })

  it.each([
    '2026-01-31',
    '2026-01-31T12:00:00',
    '2026-01-31T12:00Z',
    '2026-01-31 12:00:00Z',
    '2026-02-29T00:00:00Z',
    '2026-02-31T00:00:00Z',
    '2026-00-10T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-00T00:00:00Z',
    '2026-01-31T24:00:00Z',
    '2026-01-31T23:60:00Z',
    '2026-12-31T23:59:60Z',
    '2026-01-31T12:00:00.Z',
    '2026-01-31T12:00:00.1234567890Z',
    '2026-01-31T12:00:00+24:00',
    '2026-01-31T12:00:00+01:60',
    '2026-01-31T12:00:00+0100',
    '+002026-01-31T12:00:00Z',
    '٢٠٢٦-01-31T12:00:00Z',
    '2026-01-31T12:00:00Z\n',
    ' 2026-01-31T12:00:00Z',
    'Sat, 31 Jan 2026 12:00:00 GMT',
    'now',
    '1',
    '',
  ])('does not read %j', (text) => {
    expect(readMoment(text)).toBeUndefined()
  })

  it.each([undefined, null, 0, 1_800_000_000, true, {}, [], ['2026-01-31T12:00:00Z'], new Date(0)])(
    'does not read %j, which is no text',
    (value) => {
      expect(readMoment(value)).toBeUndefined()
      expect(readMomentOrDay(value)).toBeUndefined()
    },
  )

  it('a day stands for its first moment in UTC', () => {
    expect(momentOf('2026-01-31')).toEqual(momentOf('2026-01-31T00:00:00Z'))
    expect(readMomentOrDay('2026-02-30')).toBeUndefined()
  })
})

describe('compareMoments', () => {
  it.each([
    ['2026-01-31T12:00:00Z', '2026-01-31T13:00:00+01:00', 0],
    ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.000Z', 0],
    ['2026-01-31T12:00:00.1Z', '2026-01-31T12:00:00.09Z', 1],
    ['2026-01-31T12:00:00.000000001Z', '2026-01-31T12:00:00Z', 1],
    ['2026-01-31T23:59:59-01:00', '2026-02-01T00:00:00Z', 1],
    ['2026-01-31', '2026-01-31T00:00:00.1Z', -1],
    ['0001-01-01', '1970-01-01', -1],
  ])('%s and %s: %i', (one, other, expected) => {
    expect(order(one, other)).toBe(expected)
    expect(order(other, one)).toBe(0 - expected)
  })

  it('agrees with Date on all that Date writes', () => {
    const date = fc.date({
      min: new Date('0000-01-01'),
      max: new Date('9999-12-31'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(date, date, (one, other) => {
        const expected = Math.sign(one.getTime() - other.getTime())
        expect(order(one.toISOString(), other.toISOString())).toBe(expected)
      }),
    )
  })
})
