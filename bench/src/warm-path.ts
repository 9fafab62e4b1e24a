import { hash } from 'node:crypto'
import { createM2M, type M2MRequest, type Verdict } from 'm2m-core'
import { createTestIssuer } from 'm2m-testkit'
import { type Contender, compareBatches } from './figures/compare-batches.js'
import { printFigures } from './figures/print-figures.js'

/** As many header lines as a call between services usually has. */
const requestWith = (authorization: string): M2MRequest => {
  const headers = {
    host: 'api.internal',
    connection: 'keep-alive',
    'content-type': 'application/json',
    'user-agent': 'billing/1.0',
    'x-request-id': '6b0cf8b2',
    authorization,
  }
  return {
    method: 'POST',
    url: '/internal/transfers',
    headers,
    rawHeaders: Object.entries(headers).flat(),
  }
}

/** What a warm request costs; answers whether every bound was kept. */
export const runWarmPath = async (): Promise<boolean> =>
  printFigures(compareBatches(await warmPathContenders()))

/** What the product promises for its own share of a warm request, and the floor under it. */
const warmPathContenders = async (): Promise<readonly Contender[]> => {
  const issuer = await createTestIssuer()
  const m2m = createM2M({ ...issuer.asOptions(), audit: { sinks: [] } })
  const token = await tokenOfLength(900, (padding) =>
    issuer.service({ allowedOps: ['transfers:create', 'transfers:read'], claims: { padding } }),
  )
  const request = requestWith(`Bearer ${token}`)
  const requiredScope = 's2s:internal'
  expectAdmitted(await m2m.authenticate(request, { requiredScope }))
  const garbage = requestWith(`Bearer ${'garbage.'.repeat(110)}`)

  return [
    { name: 'floor: SHA-256 of the token', call: () => hash('sha256', token, 'base64') },
    {
      name: `authenticate, warm, ${token.length} characters`,
      call: () => m2m.authenticate(request, { requiredScope }),
    },
    {
      name: 'authenticate + authorize, warm',
      boundMicros: 2,
      call: () => {
        const verdict = expectAdmitted(m2m.authenticate(request, { requiredScope }))
        expectAdmitted(m2m.authorize(verdict.service, 'transfers:create'))
      },
    },
    {
      name: 'refusal of garbage',
      boundMicros: 5,
      call: () => m2m.authenticate(garbage, { requiredScope }),
    },
  ]
}

const expectAdmitted = (
  verdict: Verdict | Promise<Verdict>,
): Extract<Verdict, { admitted: true }> => {
  if (verdict instanceof Promise) throw new Error('expected a warm path, got a promise')
  if (!verdict.admitted) throw new Error(`expected to be admitted, got ${verdict.code}`)
  return verdict
}

const tokenOfLength = async (
  length: number,
  sign: (padding: string) => Promise<string>,
): Promise<string> => {
  const bare = await sign('')
  return sign('x'.repeat(Math.floor(((length - bare.length) * 3) / 4)))
}
