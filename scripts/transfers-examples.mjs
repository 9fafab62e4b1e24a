import { readdirSync } from 'node:fs'

/** The examples that show one API before and after services come to it, one for each framework. */
export const transfersExamples = readdirSync(new URL('../examples/', import.meta.url))
  .filter((name) => name.endsWith('-transfers'))
  .map((name) => `examples/${name}`)
