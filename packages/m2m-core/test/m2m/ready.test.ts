import { generateKeyPairSync } from 'node:crypto'
import { createTestIssuer } from 'm2m-testkit'
import { describe, expect, it } from 'vitest'
import { createM2M } from '../../src/m2m/create-m2m.js'

const audience = 'https://api.test'
const quiet = { audit: { sinks: [] } }
const rsa = (bits: number, kid: string) => ({
  ...generateKeyPairSync('rsa', { modulusLength: bits }).publicKey.export({ format: 'jwk' }),
  kid,
})

/** A world of JSON documents by their addresses. */
const serving = (documents: Readonly<Record<string, unknown>>): typeof fetch => {
  return async (input) => {
    const document = documents[String(input instanceof Request ? input.url : input)]
    return document === undefined
      ? new Response('nothing', { status: 404 })
      : Response.json(document)
  }
}
const readinessOf = async (issuers: readonly object[], documents: object) => {
  const m2m = createM2M({
    ...quiet,
    fetch: serving(documents as Record<string, unknown>),
    issuers: issuers.map((one) => ({ audience, ...one })) as never,
  })
  return m2m.ready().then(
    () => [],
    (fault: Error) => fault.message.split('\n'),
  )
}
const good = { keys: [rsa(2048, 'good')] }

describe('ready()', () => {
  it('is silent where all is well', async () => {
    const issuer = await createTestIssuer()
    const m2m = createM2M({ ...issuer.asOptions(), ...quiet })
    expect(await m2m.ready()).toBeUndefined()
  })

  it('tells of metadata that name another issuer', async () => {
    const metadata = { issuer: 'https://b.test', jwks_uri: 'https://a.test/keys' }
    const lines = await readinessOf([{ issuer: 'https://a.test' }], {
      'https://a.test/.well-known/openid-configuration': metadata,
      'https://a.test/keys': good,
    })
    expect(lines[0]).toBe('1 problem with the keys that verify tokens')
    expect(lines[1]).toMatch(/https:\/\/a\.test.*name another issuer than https:\/\/a\.test/)
  })

  it('tells of a set without a usable key, and why each is none', async () => {
    const jwksUri = 'https://a.test/keys'
    const weak = { keys: [rsa(1024, 'weak')] }
    const lines = await readinessOf([{ issuer: 'https://a.test', jwksUri }], { [jwksUri]: weak })
    expect(lines[1]).toMatch(/no usable key in the set.*fewer than 2048 bits/)
  })

  it('tells of a weak and of a private key beside a good one', async () => {
    const jwksUri = 'https://a.test/keys'
    const keys = [rsa(1024, 'weak'), ...good.keys, { ...rsa(2048, 'shown'), d: 'AQ' }]
    const lines = await readinessOf([{ issuer: 'https://a.test', jwksUri }], {
      [jwksUri]: { keys: [...keys, { ...rsa(2048, 'other'), use: 'enc' }] },
    })
    expect(lines).toEqual([
      '2 problems with the keys that verify tokens',
      expect.stringMatching(/https:\/\/a\.test has keys\[0\].*2048 bits/),
      expect.stringMatching(/https:\/\/a\.test has keys\[2\].*private/),
    ])
  })

  it('tells of keys that are fetched without TLS, but not on this machine', async () => {
    const url = 'http://sso.test/keys'
    const local = 'http://127.0.0.1:9/keys'
    const issuers = [
      { issuer: 'http://sso.test', jwksUri: url },
      { issuer: 'http://127.0.0.1:9', jwksUri: local },
    ]
    const lines = await readinessOf(issuers, { [url]: good, [local]: good })
    expect(lines.slice(1)).toEqual([expect.stringMatching(/http:\/\/sso\.test.*without TLS/)])
  })

  it('tells everything at once, and everything still works lazily', async () => {
    const issuers = [
      { issuer: 'https://a.test', jwksUri: 'https://a.test/keys' },
      { issuer: 'http://b.test', jwksUri: 'http://b.test/keys' },
    ]
    const lines = await readinessOf(issuers, { 'http://b.test/keys': { keys: [] } })
    expect(lines).toHaveLength(4)
    expect(lines[0]).toBe('3 problems with the keys that verify tokens')
    const issuer = await createTestIssuer()
    const m2m = createM2M({ ...issuer.asOptions(), ...quiet })
    const authorization = `Bearer ${await issuer.service()}`
    expect(await m2m.authenticate({ headers: { authorization } })).toMatchObject({ admitted: true })
  })
})
