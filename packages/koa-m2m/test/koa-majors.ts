import { createRequire } from 'node:module'
import koa3 from 'koa'

type KoaApp = koa3
type KoaClass = typeof koa3

const require = createRequire(import.meta.url)

/** Both supported majors, for tests that run through each. */
export const majors: readonly (readonly [string, KoaClass])[] = [
  ['Koa 2', require('koa2') as KoaClass],
  ['Koa 3', koa3],
]

/** Which Koa this really is, so that a test of two majors tests two. */
export const versionOf = (name: string): string => {
  const manifest = name === 'Koa 2' ? 'koa2/package.json' : 'koa/package.json'
  return (require(manifest) as { version: string }).version
}

export type { KoaApp, KoaClass }
