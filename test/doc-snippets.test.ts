import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// Snippets run as they stand, with two things put in: a real issuer on loopback, and a free port.
const folder = mkdtempSync(join(fileURLToPath(new URL('.', import.meta.url)), '.snippets-'))
const audience = 'https://api.example.com'
let issuer: TestIssuer
let issuerServer: { close(): Promise<void> }
const servers: Server[] = []

beforeAll(async () => {
  issuer = await createTestIssuer({ audience })
  issuerServer = await issuer.serve()
})
afterAll(async () => {
  for (const server of servers) server.close()
  await issuerServer.close()
  rmSync(folder, { recursive: true })
})

const snippetsOf = (file: string): readonly string[] => {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
  return [...text.matchAll(/^```[jt]s\n([\s\S]*?)^```/gm)].map(([, code = '']) => code)
}

let count = 0
/** Loads a snippet as a module. */
const load = async (code: string): Promise<object> => {
  count += 1
  const file = join(folder, `snippet-${count}.ts`)
  writeFileSync(file, code.replace("'https://login.example.com'", `'${issuer.issuer}'`))
  return (await import(file)) as object
}

/** Runs a snippet that ends in `app.listen(3000)`; answers its address. */
const start = async (code: string): Promise<string> => {
  expect(code).toContain("'https://login.example.com'")
  expect(code).toContain('app.listen(3000)')
  const runnable = code.replace('app.listen(3000)', 'export const server = app.listen(0)')
  const { server } = (await load(runnable)) as { server: Server }
  servers.push(server)
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const post = (url: string, token: string | undefined, body: object = {}) =>
  fetch(`${url}/internal/transfers`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
  })

describe('README.md', () => {
  const [quickStart = '', withResource = '', ...others] = snippetsOf('README.md')
  const allowedOps = ['transfers:create']

  it('has no snippet that nothing runs', () => {
    expect(others).toEqual([])
  })

  it('shows a quick start of at most 12 lines that works as it stands', async () => {
    expect(quickStart.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(
      12,
    )
    const url = await start(quickStart)
    const good = await post(url, await issuer.service({ id: 'billing', allowedOps }))
    expect([good.status, await good.json()]).toEqual([200, { by: 'billing' }])
    const answers = await Promise.all([
      post(url, undefined),
      post(url, await issuer.user({ allowedOps })),
      post(url, await issuer.service({ scope: 'other', allowedOps })),
      post(url, await issuer.service({ allowedOps: ['transfers:read'] })),
    ])
    const codes = await Promise.all(
      answers.map(async (one) => (await one.json()) as { code: string }),
    )
    expect(codes.map(({ code }) => code)).toEqual([
      'credentials_missing',
      'principal_type_mismatch',
      'insufficient_scope',
      'operation_denied',
    ])
  })

  it('shows a decision on the resource that decides', async () => {
    const url = await start(withResource)
    const token = await issuer.service({ id: 'billing', allowedOps })
    const statuses = [
      await post(url, token, { amount: 1000 }),
      await post(url, token, { amount: 1001 }),
      await post(url, token, {}),
      await post(url, await issuer.service({ allowedOps: [] }), { amount: 1 }),
    ].map(({ status }) => status)
    expect(statuses).toEqual([200, 403, 403, 403])
  })
})

describe('the READMEs of the packages', () => {
  it('express-m2m works as it stands', async () => {
    const [usage = '', ...others] = snippetsOf('packages/express-m2m/README.md')
    expect(others).toEqual([])
    const url = await start(usage)
    const token = await issuer.service({ id: 'billing', allowedOps: ['transfers:read'] })
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`${url}/internal/transfers`, { headers })
    expect([answer.status, await answer.json()]).toEqual([200, { by: 'billing' }])
    expect((await fetch(`${url}/internal/transfers`)).status).toBe(401)
  })

  it('m2m-core works as it stands', async () => {
    const [usage = '', ...others] = snippetsOf('packages/m2m-core/README.md')
    expect(others).toEqual([])
    const { onMessage } = (await load(usage)) as {
      onMessage: (message: { headers: Record<string, string> }) => Promise<string>
    }
    const ask = async (token: string) =>
      onMessage({ headers: { authorization: `Bearer ${token}` } })
    expect(await ask(await issuer.service({ allowedOps: ['transfers:create'] }))).toBe('done')
    expect(await ask(await issuer.service({ allowedOps: [] }))).toBe('operation_denied')
    expect(await ask(await issuer.user())).toBe('principal_type_mismatch')
  })

  it('m2m-testkit works as it stands, whatever runs the test', async () => {
    const [example = '', ...others] = snippetsOf('packages/m2m-testkit/README.md')
    expect(others).toEqual([])
    const runner = "import { test } from 'node:test'"
    expect(example).toContain(runner)
    const collecting = 'export let run; const test = (_name, body) => { run = body }'
    const { run } = (await load(example.replace(runner, collecting))) as {
      run: () => Promise<void>
    }
    await expect(run()).resolves.toBeUndefined()
    const wrong = example.replace(runner, collecting).replace('expect(403)', 'expect(200)')
    const { run: runWrong } = (await load(wrong)) as { run: () => Promise<void> }
    await expect(runWrong()).rejects.toThrow('expected 200 "OK", got 403')
  })
})
