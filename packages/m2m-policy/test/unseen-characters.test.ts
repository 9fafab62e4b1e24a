import { expect, it } from 'vitest'
import { parseText } from '../src/source/parse-text.js'

const service = 'id: mine\nclients: [{ clientId: mine }]\n'

it.each([
  ['an escape sequence', '\u001b[1A\u001b[2K'],
  ['a vertical tab', '\v'],
  ['a form feed', '\f'],
  ['a backspace', '\b'],
  ['next line', '\u0085'],
  ['a line separator', '\u2028'],
  ['a paragraph separator', '\u2029'],
  ['right-to-left override', '\u202e'],
  ['right-to-left isolate', '\u2067'],
  ['a space of no width', '\u200b'],
  ['a byte order mark', '\ufeff'],
])('%s hides no part of a policy from who reviews it', (_what, character) => {
  for (const line of [`# x${character}disabled: true`, `tier: "a${character}"`]) {
    const { problems, value } = parseText(`${service}${line}\n`, 'mine.yaml')
    expect(value).toBeUndefined()
    expect(problems[0]).toMatchObject({ file: 'mine.yaml', line: 3 })
  }
})

it('what other languages write with stands', () => {
  const text = `${service}attributes: { name: "Grüße, 中文, עברית, نمی‌خواهم 👩‍💻\\u0085" } # naïve\n`
  expect(parseText(text, 'mine.yaml').problems).toEqual([])
})
