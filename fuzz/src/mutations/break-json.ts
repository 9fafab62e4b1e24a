import type { Random } from '../random.js'

/** The bytes of something that is no JSON object in UTF-8, made of the text of one. */
export const breakJson = (random: Random, text: string): Uint8Array =>
  Buffer.from(random.pick(breaks)(text, random.below(text.length - 1) + 1))

const breaks: readonly ((text: string, at: number) => string | Uint8Array)[] = [
  (text, at) => text.slice(0, at),
  (text, at) => text.slice(at + 1),
  (text) => `[${text}]`,
  (text) => text + text,
  (text) => `${text},`,
  (text) => `\ufeff${text}`,
  (text) => `/**/${text}`,
  (text) => `${text.slice(0, -1)},}`,
  (text) => text.replaceAll('"', "'"),
  (text) => `{"x":NaN,${text.slice(1)}`,
  (text) => `{"x":0x10,${text.slice(1)}`,
  (text) => `{x:1,${text.slice(1)}`,
  (text) => `{"x\n":1,${text.slice(1)}`,
  (text) => JSON.stringify(text),
  () => 'null',
  () => '0',
  () => '[]',
  (text) => Buffer.from(text, 'utf16le'),
  // Bytes that UTF-8 never has, an overlong slash, half of a surrogate pair.
  (text, at) => withBytes(text, at, [0xff]),
  (text, at) => withBytes(text, at, [0xc0, 0xaf]),
  (text, at) => withBytes(text, at, [0xed, 0xa0, 0x80]),
]

const withBytes = (text: string, at: number, bytes: readonly number[]): Uint8Array =>
  Buffer.concat([Buffer.from(text.slice(0, at)), Buffer.from(bytes), Buffer.from(text.slice(at))])
