import { createTestIssuer } from 'm2m-testkit'
import { afterEach, beforeEach } from 'vitest'
import type { M2MOptions } from '../../src/options/options.js'
import { createProblems } from '../../src/options/problems.js'
import { readOptions } from '../../src/options/read-options.js'

const names = ['M2M_ISSUER', 'M2M_AUDIENCE', 'M2M_JWKS_URI'] as const
type Environment = Partial<Record<(typeof names)[number], string>>

/** Sets exactly these variables of ours; what was there comes back after each test. */
export const setEnvironment = (wanted: Environment): void => {
  for (const name of names) {
    const value = wanted[name]
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
}

/** Gives each test an environment without our variables. */
export const isolateEnvironment = (): void => {
  let before: Environment = {}
  beforeEach(() => {
    before = Object.fromEntries(names.map((name) => [name, process.env[name]]))
    setEnvironment({})
  })
  afterEach(() => setEnvironment(before))
}

/** Reads options of any shape: the settings, and what is wrong. */
export const read = (options: unknown) => {
  const problems = createProblems()
  const settings = readOptions(options as M2MOptions, problems)
  return { settings, problems: problems.found }
}

/** Code and path of everything wrong with some options. */
export const faults = (options: unknown): readonly string[] =>
  read(options).problems.map(({ code, path }) => `${code} ${path}`)

/** The least that is right. */
export const good = { issuer: 'https://issuer.test', audience: 'https://api.test' } as const

export const publicKey = async () => {
  const [key] = (await createTestIssuer()).jwks().keys
  if (key) return key
  throw new Error('the test issuer has no key')
}
