import { expect } from 'vitest'
import { post } from './ask.js'
import type { SnippetTest } from './prepare-snippet.js'

const allowedOps = ['transfers:create']

/** The snippets of the README of the whole project. */
export const rootReadme: readonly SnippetTest[] = [
  {
    shows: 'a quick start of at most 12 lines',
    check: async ({ code, start, issuer }) => {
      const lines = code.split('\n').filter((line) => line.trim() !== '')
      expect(lines.length).toBeLessThanOrEqual(12)
      const url = `${await start()}/internal/transfers`
      const good = await post(url, await issuer.service({ id: 'billing', allowedOps }))
      expect(good).toEqual({ status: 200, body: { by: 'billing' } })
      const refused = [
        await post(url),
        await post(url, await issuer.user({ allowedOps })),
        await post(url, await issuer.service({ scope: 'other', allowedOps })),
        await post(url, await issuer.service({ allowedOps: ['transfers:read'] })),
      ]
      expect(refused.map(({ body }) => body.code)).toEqual([
        'credentials_missing',
        'principal_type_mismatch',
        'insufficient_scope',
        'operation_denied',
      ])
    },
  },
  {
    shows: 'a decision on the resource',
    check: async ({ start, issuer }) => {
      const url = `${await start()}/internal/transfers`
      const token = await issuer.service({ id: 'billing', allowedOps })
      const answers = [
        await post(url, token, { amount: 1000 }),
        await post(url, token, { amount: 1001 }),
        await post(url, token, {}),
        await post(url, await issuer.service({ allowedOps: [] }), { amount: 1 }),
      ]
      expect(answers.map(({ status }) => status)).toEqual([200, 403, 403, 403])
    },
  },
  {
    shows: 'limits by tier, and an operation that costs more',
    check: async ({ start, issuer }) => {
      const url = `${await start()}/internal/reports`
      const service = (tier?: string) =>
        issuer.service({
          id: tier ?? 'nobody',
          allowedOps: ['reports:create'],
          ...(tier !== undefined && { tier }),
        })
      const [partner, internal, none] = await Promise.all(
        ['partner', 'internal', undefined].map(service),
      )
      const answers = [
        await post(url, partner),
        await post(url, partner),
        await post(url, partner),
        await post(url, partner),
        await post(url, internal),
        await post(url, none),
      ]
      expect(answers.map(({ status, body }) => [status, body['code'] ?? body['left']])).toEqual([
        [200, 40],
        [200, 20],
        [200, 0],
        [429, 'quota_exceeded'],
        [200, 5980],
        [200, 40],
      ])
    },
  },
]
