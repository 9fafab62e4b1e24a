import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isPrefix, withinPrefixes } from '../../src/policy/cidr.js'

describe('isPrefix', () => {
  it.each(['10.0.0.0/8', '0.0.0.0/0', '192.0.2.7/32', 'fd00::/8', '::/0', '2001:db8::1/128'])(
    '%s is one',
    (text) => {
      expect(isPrefix(text)).toBe(true)
    },
  )

  it.each([
    '10.0.0.1',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/08',
    '10.0.0.0/-1',
    '10.0.0.0/8.0',
    '10.0.0.0/255.0.0.0',
    '10.0.0/8',
    '010.0.0.0/8',
    '10.0.0.0/8 ',
    '10.0.0.0/8/8',
    '10.0.0.0/8\n',
    'fd00::/129',
    'fe80::%eth0/64',
    '/8',
    'a/8',
    '',
    8,
    null,
    undefined,
    ['10.0.0.0/8'],
    {},
  ])('%j is none', (value) => {
    expect(isPrefix(value)).toBe(false)
  })
})

describe('withinPrefixes', () => {
  const within = withinPrefixes(['10.0.0.0/8', '192.0.2.128/25', 'fd00::/8'])

  it.each([
    ['10.0.0.0', true],
    ['10.255.255.255', true],
    ['11.0.0.0', false],
    ['192.0.2.127', false],
    ['192.0.2.128', true],
    ['fd12:3456::1', true],
    ['fe80::1', false],
    ['::ffff:10.1.2.3', true],
    ['::ffff:a01:203', true],
    ['::ffff:11.1.2.3', false],
    ['::10.1.2.3', false],
    ['fd00::1%lo', undefined],
    ['010.0.0.1', undefined],
    ['10.0.0', undefined],
    ['167772161', undefined],
    ['0x0a000001', undefined],
    ['10.0.0.1/8', undefined],
    ['10.0.0.1, 11.0.0.1', undefined],
    ['10.0.0.1:443', undefined],
    ['[fd00::1]', undefined],
    ['localhost', undefined],
    ['', undefined],
    [null, undefined],
    [undefined, undefined],
    [167_772_161, undefined],
    [['10.0.0.1'], undefined],
    [{ address: '10.0.0.1' }, undefined],
  ])('%j: %s', (actual, expected) => {
    expect(within(actual)).toBe(expected)
  })

  it('agrees with arithmetic on every IPv4 prefix, in both spellings of the address', () => {
    const bits = fc.integer({ min: 0, max: 0xffffffff })
    const dotted = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.')
    fc.assert(
      fc.property(
        bits,
        bits,
        fc.integer({ min: 0, max: 32 }),
        fc.boolean(),
        (net, other, length, isNear) => {
          const mask = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0
          const actual = isNear ? ((net & mask) | (other & ~mask)) >>> 0 : other
          const expected = (net & mask) >>> 0 === (actual & mask) >>> 0
          const test = withinPrefixes([`${dotted(net)}/${length}`])
          expect(test(dotted(actual))).toBe(expected)
          expect(test(`::ffff:${dotted(actual)}`)).toBe(expected)
        },
      ),
    )
  })
})
