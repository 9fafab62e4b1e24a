import { createHash } from 'node:crypto'

/** A Lua script as Redis knows it: by its digest once it has seen the text. */
export interface Script {
  readonly text: string
  readonly sha: string
}

/** Names a script. Its text must be constant: Redis keeps every text that it is ever given. */
export const scriptOf = (text: string): Script =>
  Object.freeze({ text, sha: createHash('sha1').update(text).digest('hex') })
