import type { IssuerOptions, M2MOptions } from 'm2m-core'
import { createTestIssuer } from 'm2m-testkit'
import type { Snippet } from '../doc-snippets/find-snippets.js'
import { prepareSnippet } from '../doc-snippets/prepare-snippet.js'

/** The page itself. */
export const document = 'docs/identity-providers.md'

const answering = {
  'createM2M({': '((options) => ({ options, m2m: createM2M(options) }))({',
}

/** Runs a snippet as it stands, which constructs an M2M, and answers the options it gave. */
export const loadOptions = async (snippet: Snippet): Promise<M2MOptions> => {
  const { load, clear } = prepareSnippet(document, snippet, await createTestIssuer())
  try {
    const { m2m } = (await load(answering)) as { m2m: { options: M2MOptions } }
    return m2m.options
  } finally {
    clear()
  }
}

/** Its issuers, wherever they stand. */
export const issuersOf = ({ issuers, ...options }: M2MOptions): readonly IssuerOptions[] =>
  issuers ?? [options as IssuerOptions]
