import { decodeJwt } from 'jose'
import { expect, it } from 'vitest'
import { createTestIssuer } from '../src/index.js'

it('makes its URL the issuer', async () => {
  const issuer = await createTestIssuer()
  const { url, close } = await issuer.serve()
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  expect(issuer.issuer).toBe(url)
  expect(issuer.asOptions().issuer).toBe(url)
  expect(issuer.asStaticOptions().issuer).toBe(url)
  expect(decodeJwt(await issuer.service()).iss).toBe(url)
  await close()
})

it('keeps an issuer that was given, and points discovery at its own key set', async () => {
  const issuer = await createTestIssuer({ issuer: 'https://id.test/acme' })
  const { url, close } = await issuer.serve()
  const response = await fetch(`${url}/acme/.well-known/openid-configuration`)
  const expected = { issuer: 'https://id.test/acme', jwks_uri: `${url}/acme/jwks` }
  expect(await response.json()).toMatchObject(expected)
  expect(issuer.issuer).toBe('https://id.test/acme')
  await close()
})

it('answers 404 elsewhere, unrecorded', async () => {
  const issuer = await createTestIssuer()
  const { url, close } = await issuer.serve()
  expect((await fetch(`${url}/token`)).status).toBe(404)
  expect((await fetch(`${url}//jwks`)).status).toBe(404)
  expect(issuer.requests).toEqual([])
  await close()
})

it('closes with a request hanging, and twice', async () => {
  const issuer = await createTestIssuer()
  const { url, close } = await issuer.serve()
  issuer.fail('hang')
  const dropped = expect(fetch(`${url}/jwks`)).rejects.toThrow('fetch failed')
  while (issuer.requests.length === 0) await new Promise((resolve) => setImmediate(resolve))
  await close()
  await dropped
  await close()
  await expect(fetch(`${url}/jwks`)).rejects.toThrow('fetch failed')
})
