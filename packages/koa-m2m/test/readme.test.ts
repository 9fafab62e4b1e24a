import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ask } from './ask.js'

// Snippets run as they stand, but for a real issuer on loopback, these sources, and a free port.
const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), '.snippets-'))
const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const snippets = [...readme.matchAll(/^```[jt]s\n([\s\S]*?)^```/gm)].map(([, code = '']) => code)

let issuer: TestIssuer
let issuerServer: { close(): Promise<void> }
const servers: Server[] = []
beforeAll(async () => {
  issuer = await createTestIssuer({ audience: 'https://api.example.com' })
  issuerServer = await issuer.serve()
})
afterAll(async () => {
  for (const server of servers) server.close()
  await issuerServer.close()
  rmSync(folder, { recursive: true })
})

/** Runs a snippet that ends in `app.listen(3000)`; answers its address. */
const start = async (index: number): Promise<string> => {
  const code = snippets[index] ?? ''
  const replacements = [
    ["'https://login.example.com'", `'${issuer.issuer}'`],
    ["from 'koa-m2m'", "from '../../src/index.js'"],
    ['app.listen(3000)', "export const server = app.listen(0, '127.0.0.1')"],
  ] as const
  for (const [written] of replacements) expect(code).toContain(written)
  const runnable = replacements.reduce((text, [from, to]) => text.replace(from, to), code)
  const file = join(folder, `snippet-${index}.ts`)
  writeFileSync(file, runnable)
  const { server } = (await import(file)) as { server: Server }
  servers.push(server)
  if (!server.listening) await new Promise((resolve) => server.once('listening', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('the README', () => {
  it('has no snippet that nothing runs', () => {
    expect(snippets.length).toBe(3)
  })

  it('shows a first use that works', async () => {
    const url = `${await start(0)}/internal/transfers`
    const good = await ask(url, await issuer.service({ allowedOps: ['transfers:read'] }))
    expect([good.status, good.body]).toEqual([200, { by: 'billing' }])
    const refused = [
      await ask(url),
      await ask(url.toUpperCase().replace('HTTP', 'http')),
      await ask(url, await issuer.user({ allowedOps: ['transfers:read'] })),
      await ask(url, await issuer.service()),
    ]
    expect(refused.map(({ body }) => body.code)).toEqual([
      'credentials_missing',
      'credentials_missing',
      'principal_type_mismatch',
      'operation_denied',
    ])
  })

  it('shows how to keep services away from users', async () => {
    const url = `${await start(1)}/api/me`
    expect((await ask(url, await issuer.user())).body).toEqual({ user: 'user-1' })
    expect((await ask(url, await issuer.service())).body.code).toBe('user_required')
    expect((await ask(url)).status).toBe(401)
  })

  it('shows one path for both', async () => {
    const url = `${await start(2)}/reports`
    expect((await ask(url, await issuer.user())).body).toEqual({ user: 'user-1' })
    expect((await ask(url, await issuer.service())).body).toEqual({ service: 'billing' })
    expect((await ask(url, await issuer.expired())).body.code).toBe('token_expired')
    expect((await ask(url)).body.code).toBe('credentials_missing')
  })
})
