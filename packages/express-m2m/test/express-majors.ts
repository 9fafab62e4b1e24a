import { createRequire } from 'node:module'
import type { Express } from 'express'
import express5 from 'express'

type ExpressFactory = typeof express5

const express4 = createRequire(import.meta.url)('express4') as ExpressFactory

/** Both supported majors, for tests that run through each. */
export const majors: readonly (readonly [string, ExpressFactory])[] = [
  ['Express 4', express4],
  ['Express 5', express5],
]

/** Which Express this really is, so that a test of two majors tests two. */
export const versionOf = (name: string): string => {
  const manifest = name === 'Express 4' ? 'express4/package.json' : 'express/package.json'
  return (createRequire(import.meta.url)(manifest) as { version: string }).version
}

export type { Express, ExpressFactory }
