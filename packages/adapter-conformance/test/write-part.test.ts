import { expect, it } from 'vitest'
import { fillPart } from '../src/changes/write-part.js'

const base = { alg: 'ES256', kid: 'k', exp: 7 }
const filled = (template: string): string =>
  Buffer.from(fillPart(template, base)).toString('latin1')

it.each([
  ['{{members}}', '{"alg":"ES256","kid":"k","exp":7}'],
  ['{"alg":"none",{members}}', '{"alg":"none","alg":"ES256","kid":"k","exp":7}'],
  ['{{members-exp},"exp":1e999}', '{"alg":"ES256","kid":"k","exp":1e999}'],
  ['{{members}}{{members-alg}}', '{"alg":"ES256","kid":"k","exp":7}{"kid":"k","exp":7}'],
  ['{hex:efbbbf}{}', '\u00ef\u00bb\u00bf{}'],
  ['a{hex:00}b{hex:ff80}', 'a\u0000b\u00ff\u0080'],
  ['\u00fc', '\u00c3\u00bc'],
  ['{hex:0} {hexagon} {member}', '{hex:0} {hexagon} {member}'],
])('writes %s as %j', (template, bytes) => expect(filled(template)).toBe(bytes))

it('writes the whole base in UTF-16, in both orders of bytes', () => {
  expect(filled('{utf-16le}').slice(0, 6)).toBe('{\u0000"\u0000a\u0000')
  expect(filled('{utf-16be}').slice(0, 6)).toBe('\u0000{\u0000"\u0000a')
})
