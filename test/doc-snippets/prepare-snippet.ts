import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { TestIssuer } from 'm2m-testkit'
import { expect } from 'vitest'
import { root, type Snippet } from './find-snippets.js'

/** What is put in the place of what a snippet says: it must say so. */
export type Changes = Readonly<Record<string, string>>

/** A snippet that can run as it stands, but for a real issuer on loopback and a free port. */
export interface PreparedSnippet {
  readonly code: string
  readonly issuer: TestIssuer
  /** A folder beside the document, where what it imports resolves as it does for its readers. */
  readonly folder: string
  /** Loads it as a module. */
  load(changes?: Changes): Promise<object>
  /** Runs one that ends in listening on port 3000; answers its address. */
  start(changes?: Changes): Promise<string>
  /** What the compiler says of it alone, in strict mode; empty if nothing. */
  compile(): Promise<string>
}

/** A test of one snippet: `shows` is what the document shows with it. */
export interface SnippetTest {
  readonly shows: string
  /** Why it cannot run here, if it cannot. */
  readonly skipped?: string | undefined
  readonly check: (snippet: PreparedSnippet) => Promise<void>
}

const placeholder = "'https://login.example.com'"
const listening: Changes = {
  'await app.listen({ port: 3000 })':
    "await app.listen({ port: 0, host: '127.0.0.1' })\nexport const { server } = app",
  'app.listen(3000)': "export const server = app.listen(0, '127.0.0.1')",
}
const compiler = join(root, 'node_modules/typescript/bin/tsc')
/** What readers have; only that the packages are read as sources here. */
const strict = {
  target: 'es2022',
  module: 'nodenext',
  types: ['node'],
  strict: true,
  skipLibCheck: true,
  noEmit: true,
  customConditions: ['m2m-source'],
}

/** Prepares a snippet of a document; `clear` ends and removes all that came of it. */
export const prepareSnippet = (document: string, { code }: Snippet, issuer: TestIssuer) => {
  const folder = mkdtempSync(join(root, dirname(document), '.snippets-'))
  const servers: Server[] = []
  let count = 0
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }

  const load = async (changes: Changes = {}): Promise<object> => {
    for (const written of Object.keys(changes)) expect(code).toContain(written)
    const given: Changes = { ...changes, [placeholder]: `'${issuer.issuer}'` }
    const runnable = Object.entries(given).reduce(
      (text, [written, run]) => text.replaceAll(written, () => run),
      code,
    )
    count += 1
    return (await import(write(`snippet-${count}.ts`, runnable))) as object
  }

  const start = async (changes: Changes = {}): Promise<string> => {
    expect(code).toContain(placeholder)
    const ending = Object.entries(listening).find(([written]) => code.includes(written))
    if (!ending) throw new Error(`${document}: this snippet listens on no port 3000:\n${code}`)
    const { server } = (await load({ ...changes, [ending[0]]: ending[1] })) as { server: Server }
    servers.push(server)
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  const compile = async (): Promise<string> => {
    const file = write('as-written.ts', code)
    const settings = JSON.stringify({ compilerOptions: strict, files: [file] })
    const project = write('tsconfig.json', settings)
    const compiling = promisify(execFile)(process.execPath, [compiler, '-p', project])
    return compiling.then(
      () => '',
      ({ stdout, stderr }) => `${stdout}${stderr}` || 'the compiler did not run',
    )
  }

  const clear = (): void => {
    for (const server of servers) server.close()
    for (const server of servers) server.closeAllConnections()
    rmSync(folder, { recursive: true })
  }

  return { code, issuer, folder, load, start, compile, clear }
}
