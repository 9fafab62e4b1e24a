import { expect } from 'vitest'
import type { SnippetTest } from './prepare-snippet.js'

/** The snippets of the README of `m2m-core`. */
export const coreReadme: readonly SnippetTest[] = [
  {
    shows: 'a queue consumer',
    check: async ({ load, issuer }) => {
      const { onMessage } = (await load()) as {
        onMessage: (message: { headers: Record<string, string> }) => Promise<string>
      }
      const ask = (token: string) => onMessage({ headers: { authorization: `Bearer ${token}` } })
      expect(await ask(await issuer.service({ allowedOps: ['transfers:create'] }))).toBe('done')
      expect(await ask(await issuer.service({ allowedOps: [] }))).toBe('operation_denied')
      expect(await ask(await issuer.user())).toBe('principal_type_mismatch')
    },
  },
]
