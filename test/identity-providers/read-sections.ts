import type { Snippet } from '../doc-snippets/find-snippets.js'

/** A token as the page shows it, and what the page says becomes of it. */
export interface TokenExample {
  readonly header: Readonly<Record<string, unknown>>
  readonly claims: Readonly<Record<string, unknown>> & { readonly iat: number }
  /** What a handler is given. */
  readonly service?: Readonly<Record<string, unknown>>
  /** Or the code of the refusal. */
  readonly refused?: string
}

/** Options, and the tokens shown after them. */
export interface OptionsBlock {
  readonly options: Snippet
  readonly examples: readonly TokenExample[]
}

/** One section of the page. */
export interface Section {
  readonly title: string
  /** What links to it say after the `#`. */
  readonly anchor: string
  readonly text: string
  /** What to paste into the provider. */
  readonly theirs: readonly Snippet[]
  readonly blocks: readonly OptionsBlock[]
}

const fence = /^```(\w+)\n([\s\S]*?)^```$/gm

/** The sections of a page, with each example under the options that precede it. */
export const readSections = (markdown: string): readonly Section[] =>
  markdown.split(/^## /m).slice(1).map(readSection)

const readSection = (part: string): Section => {
  const [title = ''] = part.split('\n')
  const theirs: Snippet[] = []
  const blocks: { options: Snippet; examples: TokenExample[] }[] = []
  for (const [, language = '', code = ''] of part.matchAll(fence)) {
    if (language === 'js') theirs.push({ language, code })
    if (language === 'ts') blocks.push({ options: { language, code }, examples: [] })
    if (language === 'json') {
      const block = blocks.at(-1)
      if (!block) throw new Error(`${title}: a token stands before the options it is for`)
      block.examples.push(readExample(title, code))
    }
  }
  return { title, anchor: anchorOf(title), text: part, theirs, blocks }
}

const readExample = (title: string, json: string): TokenExample => {
  const example = JSON.parse(json) as TokenExample
  const saysOne = (example.service === undefined) !== (example.refused === undefined)
  if (example.header && example.claims && saysOne) return example
  throw new Error(`${title}: expected header, claims and either service or refused, got ${json}`)
}

/** As GitHub makes them. */
const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^\w -]/g, '')
    .replaceAll(' ', '-')

/** A row of the table that tells which section is whose. */
export interface Row {
  readonly anchor: string
  readonly profile: string
  readonly helper: string | undefined
}

const row = /^\| \[[^\]]+\]\(#([^)]+)\) +\| `([^`]+)`(?:, `(\w+)\(\)`)?/gm

/** The rows that link to sections. */
export const readRows = (markdown: string): readonly Row[] =>
  [...markdown.matchAll(row)].map(([, anchor = '', profile = '', helper]) => ({
    anchor,
    profile,
    helper,
  }))
