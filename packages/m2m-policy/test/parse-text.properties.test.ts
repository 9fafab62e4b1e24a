import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { parseText } from '../src/source/parse-text.js'
import { goodFiles } from './write-folder.js'

/** Whether both read the text; if so, it must mean the same to both. */
const isReadAlike = (text: string): boolean => {
  // Where documents begin and end in odd places the two differ: one document is all that is read.
  if (/^\s*(?:---|\.\.\.)/m.test(text.replace(/^---\n/, ''))) return false
  const ours = parseText(text, 'f')
  const theirs = parseDocument(text, { stringKeys: true, logLevel: 'silent' })
  if (ours.problems.length > 0 || theirs.errors.length + theirs.warnings.length > 0) return false
  // What is no list and no object is no policy either, and parsers differ about a text alone.
  if (typeof ours.value !== 'object' && typeof theirs.toJS() !== 'object') return true
  expect([text, ours.value]).toStrictEqual([text, theirs.toJS()])
  return true
}

const word = fc.constantFrom(
  ...['a', 'b', 'name', 'x y', 'service:a', 'a:b:c', 'a/b', '10.0.0.0/8', '2026-01-01', '100/min'],
  ...['1', '0', '-7', '1.5', '1e3', '007', '1.', '.5', '0x1f', '0o7', '9007199254740993', '1_000'],
  ...['true', 'True', 'false', 'yes', 'null', 'Null', '~', 'NaN', '.nan', 'Infinity', '-', '--'],
  ...['a#b', 'a #b', "it's", 'a"b', 'a, b', 'a]', '[a', 'a: b', 'a:', ':a', '*a', '&a', '!a', '%a'],
  ...[
    '@a',
    '`a',
    '|',
    '>',
    '?',
    '? a',
    '- a',
    '<<',
    '__proto__',
    'a  b',
    ' a',
    'a ',
    '',
    '---',
    '...',
  ],
  ...[
    '\u00e4',
    'toString',
    'a\\b',
    '=',
    '-1a',
    '-a',
    '+1',
    '1-2',
    '1e',
    '1e+5',
    '-0',
    '1:2',
    '1 2',
  ],
)
/** As it is, or in one of the kinds of quotes, rightly or not. */
const scalar = fc.oneof(
  { weight: 3, arbitrary: word },
  { weight: 2, arbitrary: word.map((text) => JSON.stringify(text)) },
  word.map((text) => `'${text.replaceAll("'", "''")}'`),
  fc.constantFrom('"\\u00e4\\n\\/"', '"\\x41"', '"a\\', '"\\ud83d\\ude00"', "'a''b'", '"a" b'),
)
const pad = fc.constantFrom(...['', '', '', ' ', '  ', '\n', '\n  ', '\n    ', ' # c\n   ', '\t'])
const gap = fc.constantFrom(' ', ' ', ' ', '  ', '', '\n    ', ' # c\n      ')

/** Lists and objects in brackets, spaced and broken in any way. */
const { flow } = fc.letrec<{ flow: string; value: string }>((tie) => ({
  value: fc.oneof({ maxDepth: 2 }, { weight: 3, arbitrary: scalar }, tie('flow')),
  flow: fc.oneof(
    fc
      .array(fc.tuple(pad, tie('value'), pad), { maxLength: 3 })
      .map((items) => `[${items.map((item) => item.join('')).join(',')}]`),
    fc
      .array(
        fc.tuple(pad, scalar, fc.constantFrom(':', ':', ': ', ' : '), pad, tie('value'), pad),
        {
          maxLength: 3,
        },
      )
      .map((members) => `{${members.map((member) => member.join('')).join(',')}}`),
  ),
}))

const ending = fc.constantFrom(
  ...['\n', '\n', '\n', ' \n', ' # c\n', '\n\n', '\n# c\n', '#c\n', '\n   # c\n'],
)
/** Lists and objects in lines, each further to the right than the one around it, or nearly so. */
const blockOf = (depth: number): fc.Arbitrary<(indent: number) => string> => {
  const leaf = fc.oneof(scalar, flow).chain((text) => ending.map((end) => () => `${text}${end}`))
  if (depth === 0) return leaf
  const inner = fc.oneof({ weight: 2, arbitrary: leaf }, blockOf(depth - 1))
  const deeper = fc.constantFrom(2, 2, 2, 4, 1, 0)
  const nested = fc.tuple(inner, deeper, ending, fc.boolean())
  const items = fc.array(nested, { minLength: 1, maxLength: 3 }).map(
    (list) =>
      (indent: number): string =>
        list
          .map(([part, more, end, isBelow], index) => {
            const lead = index === 0 ? '' : ' '.repeat(indent)
            return isBelow
              ? `${lead}-${end}${' '.repeat(indent + more)}${part(indent + more)}`
              : `${lead}- ${part(indent + 2)}`
          })
          .join(''),
  )
  const members = fc.array(fc.tuple(scalar, nested, gap), { minLength: 1, maxLength: 3 }).map(
    (list) =>
      (indent: number): string =>
        list
          .map(([name, [part, more, end, isBelow], space], index) => {
            const lead = index === 0 ? '' : ' '.repeat(indent)
            return isBelow
              ? `${lead}${name}:${end}${' '.repeat(indent + more)}${part(indent + more)}`
              : `${lead}${name}:${space}${part(indent + 2)}`
          })
          .join(''),
  )
  return fc.oneof(items, members, leaf)
}
const block = fc
  .tuple(fc.constantFrom('', '', '# c\n', '\n', '---\n', ' '), blockOf(3))
  .map(([start, write]) => start + write(0))

const special = fc.constantFrom(
  ...'\n :-,[]{}"\'#&*!|>%@`~?.0e_<\t\r\\\u00e4',
  '\n  ',
  '- ',
  ': ',
  ' #',
)
/** The same with a few characters more, less or others. */
const damaged = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(text, fc.array(fc.tuple(fc.nat(), special, fc.nat({ max: 1 })), { maxLength: 3 }))
    .map(([whole, changes]) =>
      changes.reduce((now, [place, character, removed]) => {
        const at = place % (now.length + 1)
        return now.slice(0, at) + character + now.slice(at + removed)
      }, whole),
    )

const countAlike = (texts: fc.Arbitrary<string>, numRuns: number): number => {
  let alike = 0
  fc.assert(
    fc.property(texts, (text) => {
      alike += Number(isReadAlike(text))
    }),
    // The same each time: what others make of YAML must not fail a build by chance.
    { numRuns, seed: 1 },
  )
  return alike
}

describe('what is read means the same to another parser of YAML', () => {
  it('JSON, however it is spaced', () => {
    const json = fc
      .tuple(
        fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value))),
        fc.constantFrom(undefined, 1, 2, 4),
      )
      .map(([value, space]) => JSON.stringify(value, undefined, space))
    expect(countAlike(json, 3000)).toBeGreaterThan(300)
    expect(countAlike(damaged(json), 3000)).toBeGreaterThan(100)
  })

  it('lists and objects in brackets', () => {
    expect(countAlike(flow, 5000)).toBeGreaterThan(1000)
    expect(countAlike(damaged(flow), 5000)).toBeGreaterThan(500)
  })

  it('lists and objects in lines', () => {
    expect(countAlike(block, 10_000)).toBeGreaterThan(1000)
    expect(countAlike(damaged(block), 10_000)).toBeGreaterThan(500)
  })

  it('policies as people write them, and the same with slips', () => {
    const files = fc.constantFrom(...Object.values(goodFiles))
    expect(countAlike(files, 50)).toBe(50)
    expect(countAlike(damaged(files), 1500)).toBeGreaterThan(300)
  })
})
