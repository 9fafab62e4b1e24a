import { createRemoteJWKSet, customFetch, jwtVerify } from 'jose'
import { afterEach, describe, expect, it } from 'vitest'
import { createTestIssuer, type TestIssuer } from '../src/index.js'

type Fetch = typeof globalThis.fetch

const oauth = '/.well-known/oauth-authorization-server'
const openid = '/.well-known/openid-configuration'
const paths = [oauth, openid, '/jwks']

const closers: Array<() => Promise<void>> = []
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()))
})

async function inProcess(): Promise<{ issuer: TestIssuer; fetch: Fetch }> {
  const issuer = await createTestIssuer()
  return { issuer, fetch: issuer.fetch }
}

async function served(): Promise<{ issuer: TestIssuer; fetch: Fetch }> {
  const issuer = await createTestIssuer()
  const { close } = await issuer.serve()
  closers.push(close)
  return { issuer, fetch: globalThis.fetch }
}

describe.each([
  ['in-process', inProcess],
  ['over HTTP', served],
])('key set and discovery %s', (_transport, open) => {
  it('lead from the issuer to keys that verify its tokens', async () => {
    const { issuer, fetch } = await open()
    for (const path of [oauth, openid]) {
      const response = await fetch(`${issuer.issuer}${path}`)
      expect(response.headers.get('content-type')).toBe('application/json')
      const metadata = await response.json()
      expect(metadata).toMatchObject({ issuer: issuer.issuer })
      const { jwks_uri: uri } = metadata as { jwks_uri: string }
      const keys = createRemoteJWKSet(new URL(uri), { [customFetch]: fetch })
      await jwtVerify(await issuer.service(), keys, { issuer: issuer.issuer })
    }
    expect(issuer.requests).toEqual([oauth, '/jwks', openid, '/jwks'])
  })

  it('follow a rotation', async () => {
    const { issuer, fetch } = await open()
    await issuer.rotate({ keepOld: true })
    const response = await fetch(`${issuer.issuer}/jwks`)
    expect(await response.json()).toEqual(issuer.jwks())
  })

  it('accept a URL, a Request, and a query', async () => {
    const { issuer, fetch } = await open()
    const url = new URL('/jwks?fresh', issuer.issuer)
    expect((await fetch(url)).status).toBe(200)
    expect((await fetch(new Request(url))).status).toBe(200)
    expect(issuer.requests).toEqual(['/jwks', '/jwks'])
  })

  describe.each(paths)('%s', (path) => {
    it('answers 503 in mode status', async () => {
      const { issuer, fetch } = await open()
      issuer.fail('status')
      expect((await fetch(`${issuer.issuer}${path}`)).status).toBe(503)
    })

    it('never answers in mode hang, until the signal aborts', async () => {
      const { issuer, fetch } = await open()
      issuer.fail('hang')
      const url = `${issuer.issuer}${path}`
      const timedOut = fetch(url, { signal: AbortSignal.timeout(100) })
      await expect(timedOut).rejects.toMatchObject({ name: 'TimeoutError' })
      const controller = new AbortController()
      const cancelled = fetch(new Request(url, { signal: controller.signal }))
      setTimeout(() => controller.abort(), 20)
      await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' })
    })

    it('rejects as a lost connection does in mode network', async () => {
      const { issuer, fetch } = await open()
      issuer.fail('network')
      const lost = fetch(`${issuer.issuer}${path}`)
      await expect(lost).rejects.toThrow(TypeError)
    })

    it('answers a page in mode html', async () => {
      const { issuer, fetch } = await open()
      issuer.fail('html')
      const response = await fetch(`${issuer.issuer}${path}`)
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('text/html')
      await expect(response.json()).rejects.toThrow(SyntaxError)
    })

    it('is remembered when it fails, and heals', async () => {
      const { issuer, fetch } = await open()
      issuer.fail('status')
      await fetch(`${issuer.issuer}${path}`)
      issuer.heal()
      expect((await fetch(`${issuer.issuer}${path}`)).status).toBe(200)
      expect(issuer.requests).toEqual([path, path])
    })
  })

  it('has no keys, but is otherwise well, in mode empty', async () => {
    const { issuer, fetch } = await open()
    issuer.fail('empty')
    const discovery = await fetch(`${issuer.issuer}${openid}`)
    expect(await discovery.json()).toMatchObject({ jwks_uri: `${issuer.issuer}/jwks` })
    const keySet = await fetch(`${issuer.issuer}/jwks`)
    expect(keySet.status).toBe(200)
    expect(await keySet.json()).toEqual({ keys: [] })
  })

  it('rejects at once when the signal is aborted already, and records nothing', async () => {
    const { issuer, fetch } = await open()
    const aborted = fetch(`${issuer.issuer}/jwks`, { signal: AbortSignal.abort() })
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
    expect(issuer.requests).toEqual([])
  })
})

it.each([
  ['https://id.test/', '/.well-known/oauth-authorization-server', '/jwks'],
  ['https://id.test/acme', '/.well-known/oauth-authorization-server/acme', '/acme/jwks'],
  ['https://id.test/acme/', '/acme/.well-known/openid-configuration', '/acme/jwks'],
])('finds the places that the specifications give for %s', async (name, discovery, keySet) => {
  const { fetch } = await createTestIssuer({ issuer: name })
  const response = await fetch(`https://id.test${discovery}`)
  const metadata = { issuer: name, jwks_uri: `https://id.test${keySet}` }
  expect(await response.json()).toMatchObject(metadata)
  expect((await fetch(metadata.jwks_uri)).status).toBe(200)
})
