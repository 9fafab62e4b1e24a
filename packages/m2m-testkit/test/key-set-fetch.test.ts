import { expect, it } from 'vitest'
import { createTestIssuer } from '../src/index.js'

it.each([
  'https://issuer.test/',
  'https://issuer.test/token',
  'https://other.test/jwks',
  'http://issuer.test/jwks',
  'not a url',
])('rejects a URL that the issuer does not serve, unrecorded: %s', async (url) => {
  const issuer = await createTestIssuer()
  await expect(issuer.fetch(url)).rejects.toThrow(TypeError)
  expect(issuer.requests).toEqual([])
})

it('answers under the served URL too', async () => {
  const issuer = await createTestIssuer()
  const server = await issuer.serve()
  await server.close()
  expect((await issuer.fetch(`${server.url}/jwks`)).status).toBe(200)
  expect((await issuer.fetch('https://issuer.test/jwks')).status).toBe(200)
})
