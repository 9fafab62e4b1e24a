import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { ask } from './ask.js'
import type { Changes, PreparedSnippet, SnippetTest } from './prepare-snippet.js'

const allowedOps = ['transfers:read']
const userRead = { user: 'user-1' }

/** The codes that the first use answers below, in order. */
const refusals = [
  'credentials_missing',
  'credentials_missing',
  'principal_type_mismatch',
  'operation_denied',
]

/** All three READMEs begin with the same app. */
const checkFirstUse = async (
  { start, issuer }: PreparedSnippet,
  changes: Changes = {},
): Promise<void> => {
  const url = `${await start(changes)}/internal/transfers`
  const good = await ask(url, await issuer.service({ id: 'billing', allowedOps }))
  expect(good).toEqual({ status: 200, body: { by: 'billing' } })
  const refused = [
    await ask(url),
    await ask(url.replace('/internal', '/INTERNAL')),
    await ask(url, await issuer.user({ allowedOps })),
    await ask(url, await issuer.service()),
  ]
  expect(refused.map(({ body }) => body.code)).toEqual(refusals)
}

const firstUse: SnippetTest = { shows: 'a first use', check: (snippet) => checkFirstUse(snippet) }

const usersOnly: SnippetTest = {
  shows: 'how to keep services away from routes of users',
  check: async ({ start, issuer }) => {
    const url = `${await start()}/api/me`
    expect((await ask(url, await issuer.user())).body).toEqual(userRead)
    expect((await ask(url, await issuer.service())).body.code).toBe('user_required')
    expect((await ask(url)).status).toBe(401)
  },
}

const onePath: SnippetTest = {
  shows: 'one path for users and services',
  check: async ({ start, issuer }) => {
    const url = `${await start()}/reports`
    expect((await ask(url, await issuer.user())).body).toEqual(userRead)
    expect((await ask(url, await issuer.service())).body).toEqual({ service: 'billing' })
    expect((await ask(url, await issuer.expired())).body.code).toBe('token_expired')
    expect((await ask(url, await issuer.wrongAudience())).status).toBe(401)
    expect((await ask(url)).body.code).toBe('credentials_missing')
  },
}

/** The snippets of the README of `express-m2m`. */
export const expressReadme: readonly SnippetTest[] = [firstUse, usersOnly, onePath]

/** The snippets of the README of `koa-m2m`. */
export const koaReadme: readonly SnippetTest[] = [firstUse, usersOnly, onePath]

/** The snippets of the README of `fastify-m2m`. */
export const fastifyReadme: readonly SnippetTest[] = [
  {
    shows: 'a first use that logs refusals to the log of the server',
    check: async (snippet) => {
      const log = join(snippet.folder, 'log')
      await checkFirstUse(snippet, { 'logger: true': `logger: ${JSON.stringify({ file: log })}` })
      const lines = readFileSync(log, 'utf8').trim().split('\n')
      const refused = lines.map((line) => JSON.parse(line).m2m?.code).filter(Boolean)
      expect(refused).toEqual(refusals)
    },
  },
  usersOnly,
  {
    shows: 'how user auth runs for whoever is no service',
    check: async ({ load }) => {
      const { unlessService } = (await load()) as {
        unlessService: (auth: (request: object) => Promise<unknown>) => typeof auth
      }
      const asked = unlessService(async () => 'asked')
      expect(await asked({ raw: {} })).toBe('asked')
      const raw = { [Symbol.for('m2m.request')]: { service: { id: 'billing' } } }
      expect(await asked({ raw })).toBeUndefined()
    },
  },
]
