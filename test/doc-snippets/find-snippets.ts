import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A block of code in a document. */
export interface Snippet {
  readonly language: string
  readonly code: string
}

// Every spelling of both languages, and also fences inside lists: what is missed here nobody runs.
const fence =
  /^[ \t]*(`{3,}|~{3,})[ \t]*([cm]?[jt]sx?|javascript|typescript)\b[^\n]*\n([\s\S]*?)^[ \t]*\1/gim

/** The JavaScript and TypeScript in a Markdown text, in order. */
export const snippetsIn = (markdown: string): readonly Snippet[] =>
  [...markdown.matchAll(fence)].map(([, , language = '', code = '']) => ({ language, code }))

/** The same of a document, named by its path from the root. */
export const snippetsOf = (document: string): readonly Snippet[] =>
  snippetsIn(readFileSync(join(root, document), 'utf8'))

const built = ['node_modules', 'dist', 'reports', 'coverage']

const documentsIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (!entry.isDirectory()) return entry.name.endsWith('.md') ? [path] : []
    return entry.name.startsWith('.') || built.includes(entry.name) ? [] : documentsIn(path)
  })

/** Every document of the repository that has snippets; reports of the public API are none. */
export const documentsWithSnippets = (): readonly string[] =>
  documentsIn('').filter(
    (document) => !document.endsWith('.api.md') && snippetsOf(document).length > 0,
  )
