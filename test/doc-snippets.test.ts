import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { expressReadme, fastifyReadme, koaReadme } from './doc-snippets/adapter-readmes.js'
import { coreReadme } from './doc-snippets/core-readme.js'
import { documentsWithSnippets, snippetsIn, snippetsOf } from './doc-snippets/find-snippets.js'
import { identityProviders } from './doc-snippets/identity-providers.js'
import { policyReadme } from './doc-snippets/policy-readme.js'
import { prepareSnippet, type SnippetTest } from './doc-snippets/prepare-snippet.js'
import { redisReadme } from './doc-snippets/redis-readme.js'
import { rootReadme } from './doc-snippets/root-readme.js'
import { testkitReadme } from './doc-snippets/testkit-readme.js'

const documents: Readonly<Record<string, readonly SnippetTest[]>> = {
  'README.md': rootReadme,
  'docs/identity-providers.md': identityProviders,
  'packages/express-m2m/README.md': expressReadme,
  'packages/fastify-m2m/README.md': fastifyReadme,
  'packages/koa-m2m/README.md': koaReadme,
  'packages/m2m-core/README.md': coreReadme,
  'packages/m2m-policy/README.md': policyReadme,
  'packages/m2m-redis/README.md': redisReadme,
  'packages/m2m-testkit/README.md': testkitReadme,
}

let issuer: TestIssuer
let issuerServer: { close(): Promise<void> }
beforeAll(async () => {
  issuer = await createTestIssuer({ audience: 'https://api.example.com' })
  issuerServer = await issuer.serve()
})
afterAll(() => issuerServer.close())

it('no document has snippets that nothing runs', () => {
  expect(documentsWithSnippets()).toEqual(Object.keys(documents).sort())
})

it.each([
  ['```ts\nlet a\n```', ['ts']],
  ['1. First\n\n   ```js\n   a()\n   ```\n', ['js']],
  ['~~~TypeScript title="a.ts"\na()\n~~~', ['TypeScript']],
  ['````mjs\na()\n````\n\n```tsx\nb()\n```', ['mjs', 'tsx']],
  ['```sh\nnpm test\n```\n\n```json\n{}\n```\n\n```text\njs\n```', []],
])('a snippet is found whatever its fence looks like: %j', (markdown, languages) => {
  expect(snippetsIn(markdown).map(({ language }) => language)).toEqual(languages)
})

describe.each(Object.entries(documents))('%s', (document, tests) => {
  const snippets = snippetsOf(document)

  it('has no snippet that nothing runs', () => {
    expect(snippets.length).toBe(tests.length)
  })

  const tested = snippets.map((snippet, index) => [tests[index]?.shows, snippet, index] as const)
  describe.each(tested)('shows %s', (_shows, snippet, index) => {
    const prepare = () => {
      const { clear, ...prepared } = prepareSnippet(document, snippet, issuer)
      onTestFinished(clear)
      return prepared
    }

    const skipped = tests[index]?.skipped
    if (skipped !== undefined) console.warn(`skipped: ${document}: ${skipped}`)
    it.skipIf(skipped !== undefined)('that works as it stands', async () => {
      await tests[index]?.check(prepare())
    })

    it.skipIf(snippet.language === 'js')('that compiles as it stands', async () => {
      expect(await prepare().compile()).toBe('')
    })
  })
})
