import { expect } from 'vitest'
import type { Changes, SnippetTest } from './prepare-snippet.js'

const collecting: Changes = {
  "import { test } from 'node:test'":
    'export let run; const test = (_name, body) => { run = body }',
}

/** The snippets of the README of `m2m-testkit`. */
export const testkitReadme: readonly SnippetTest[] = [
  {
    shows: 'a test of an API that passes, and fails where it should',
    check: async ({ load }) => {
      type Collected = { run: () => Promise<void> }
      const { run } = (await load(collecting)) as Collected
      await expect(run()).resolves.toBeUndefined()
      const wrong = (await load({ ...collecting, 'expect(403)': 'expect(200)' })) as Collected
      await expect(wrong.run()).rejects.toThrow('expected 200 "OK", got 403')
    },
  },
]
