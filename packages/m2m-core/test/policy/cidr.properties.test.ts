import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isPrefix, withinPrefixes } from '../../src/policy/cidr.js'

/** How the same was decided by what Node brings, an address at a time. */
const nodeWithin =
  (prefixes: readonly string[]) =>
  (actual: string): boolean | undefined => {
    const networks = new BlockList()
    for (const prefix of prefixes) {
      const [address = '', length] = prefix.split('/')
      networks.addSubnet(address, Number(length), isIP(address) === 4 ? 'ipv4' : 'ipv6')
    }
    if (actual.includes('%')) return undefined
    const family = isIP(actual)
    return family === 0 ? undefined : networks.check(actual, family === 4 ? 'ipv4' : 'ipv6')
  }
const nodeIsPrefix = (text: string): boolean => {
  const [, address = '', length = ''] = /^([^/%]{2,45})\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  const family = isIP(address)
  return family !== 0 && Number(length) <= (family === 4 ? 32 : 128)
}

const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0, 10, 127, 128, 255))
const dotted = fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join('.'))
const group = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('0', '0000', 'fd00', 'FFFF', '1', 'a01') },
  fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16)),
)
const groups = (maxLength: number) => fc.array(group, { maxLength })
/** Each way of writing IPv6, and some that are none: too many groups, or too few. */
const colons = fc.oneof(
  fc.array(group, { minLength: 7, maxLength: 9 }).map((all) => all.join(':')),
  fc.tuple(groups(8), groups(8)).map((halves) => halves.map((one) => one.join(':')).join('::')),
  fc
    .tuple(groups(6), groups(6), dotted)
    .map(([left, right, last]) => `${left.join(':')}::${[...right, last].join(':')}`),
  fc
    .tuple(fc.array(group, { minLength: 5, maxLength: 7 }), dotted)
    .map(([left, last]) => [...left, last].join(':')),
  fc
    .tuple(fc.constantFrom('::ffff:', '::FFFF:', '::', '0:0:0:0:0:ffff:'), dotted)
    .map((parts) => parts.join('')),
)
const address = fc.oneof(dotted, colons)
/** One character more, less or another: what is nearly an address. */
const nearly = fc
  .tuple(address, fc.nat(), fc.constantFrom(...'.:0159afgFG% /x-+\n\0', ''), fc.boolean())
  .map(([text, at, character, isMore]) => {
    const place = at % (text.length + 1)
    return text.slice(0, place) + character + text.slice(place + Number(!isMore))
  })
const anyText = fc.oneof(
  { weight: 4, arbitrary: address },
  { weight: 4, arbitrary: nearly },
  fc.string({ unit: fc.constantFrom(...'0123456789abcdefF:.%') }),
  fc.string(),
)
const prefix = fc
  .tuple(address, fc.integer({ min: 0, max: 130 }))
  .map(([text, length]) => `${text}/${text.includes(':') ? length : length % 33}`)
  .filter(nodeIsPrefix)

it('the same texts are addresses as for Node', () => {
  const test = withinPrefixes(['::/0'])
  const counts = { yes: 0, no: 0 }
  fc.assert(
    fc.property(anyText, (text) => {
      const isOne = isIP(text) !== 0 && !text.includes('%')
      counts[isOne ? 'yes' : 'no'] += 1
      expect(test(text)).toBe(isOne ? true : undefined)
    }),
    { numRuns: 20_000 },
  )
  expect(Math.min(counts.yes, counts.no)).toBeGreaterThan(2000)
})

it('the same texts are prefixes as for Node', () => {
  const length = fc.oneof(
    fc.integer({ min: -1, max: 200 }).map(String),
    fc.constantFrom('', '08', '8.0', ' 8', '1e1', '0x8', '32', '33', '128', '129'),
  )
  const counts = { yes: 0, no: 0 }
  fc.assert(
    fc.property(anyText, length, (text, digits) => {
      const isOne = nodeIsPrefix(`${text}/${digits}`)
      counts[isOne ? 'yes' : 'no'] += 1
      expect(isPrefix(`${text}/${digits}`)).toBe(isOne)
    }),
    { numRuns: 20_000 },
  )
  expect(Math.min(counts.yes, counts.no)).toBeGreaterThan(1000)
})

it('the same addresses are within prefixes as for Node', () => {
  const counts = { yes: 0, no: 0 }
  /** An address in the prefix or next to it: any other would hardly ever hit it. */
  const near = fc.tuple(prefix, dotted, fc.nat({ max: 3 }))
  fc.assert(
    fc.property(fc.array(near, { minLength: 1, maxLength: 3 }), address, (some, other) => {
      const prefixes = some.map(([text]) => text)
      const [test, node] = [withinPrefixes(prefixes), nodeWithin(prefixes)]
      for (const text of [other, ...some.map(([text, last, kept]) => relative(text, last, kept))]) {
        const expected = node(text)
        if (expected !== undefined) counts[expected ? 'yes' : 'no'] += 1
        expect([text, test(text)]).toEqual([text, expected])
      }
    }),
    { numRuns: 10_000 },
  )
  expect(Math.min(counts.yes, counts.no)).toBeGreaterThan(2000)
})

/** The address of a prefix, or an IPv4 one that shares some of its bytes, in one of its spellings. */
const relative = (prefix: string, last: string, kept: number): string => {
  const [text = ''] = prefix.split('/')
  if (text.includes(':')) return text.replace(/[^:.]+$/, kept === 0 ? '1' : '0')
  const bytes = [...text.split('.').slice(0, kept + 1), ...last.split('.').slice(kept + 1)]
  return kept % 2 === 0 ? bytes.join('.') : `::ffff:${bytes.join('.')}`
}
