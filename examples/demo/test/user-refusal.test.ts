import { createM2M } from 'm2m-core'
import { createTestIssuer, type TestIssuer } from 'm2m-testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { audiences } from '../src/audiences.js'
import { frameworkNames, frameworks } from '../src/frameworks.js'
import { startServer } from '../src/start-server.js'

const audience = audiences.people
const algorithm = 'RS256'
const open: { close(): Promise<void> }[] = []
let issuer: TestIssuer
let stranger: TestIssuer
beforeAll(async () => {
  issuer = await createTestIssuer({ audience, algorithm })
  stranger = await createTestIssuer({ audience, algorithm })
  open.push(await issuer.serve(), await stranger.serve())
})
afterAll(async () => {
  for (const one of open) await one.close()
})

const bearer = async (token: string | Promise<string>): Promise<string> => `Bearer ${await token}`

describe.each(frameworkNames)('user auth of the %s API', (name) => {
  let api: { readonly url: string; close(): Promise<void> }
  beforeAll(async () => {
    const m2m = createM2M({ issuer: issuer.issuer, audience: audiences.services })
    api = await startServer(() => frameworks[name].serve({ m2m, issuer: issuer.issuer }))
    open.push(api, m2m)
  })

  const ask = async (authorization?: string) => {
    const response = await fetch(`${api.url}/api/transfers`, {
      headers: authorization === undefined ? {} : { authorization },
    })
    const body = (await response.json()) as { by?: string; code?: string; detail?: string }
    return { ...body, status: response.status, challenge: response.headers.get('www-authenticate') }
  }

  it('lets a person in', async () => {
    const { status, by } = await ask(await bearer(issuer.user()))
    expect([status, by]).toEqual([200, 'user-1'])
  })

  it('asks whoever comes without a token for one', async () => {
    const { status, code, detail, challenge } = await ask()
    expect([status, code]).toEqual([401, 'unauthorized'])
    // Whoever sends no token is told no error (RFC 6750 §3.1). Express offers DPoP as well.
    expect(challenge).toMatch(/^Bearer realm="api"(, DPoP .*)?$/)
    expect(detail).toBeTypeOf('string')
  })

  it('refuses tokens that are not good here, in the same way as the other APIs', async () => {
    const bad = {
      'of a service': issuer.user({ claims: { aud: audiences.services } }),
      'for nobody': issuer.user({ claims: { aud: undefined } }),
      'of another issuer': stranger.user(),
      expired: issuer.user({ expiresIn: -3600 }),
      forged: issuer.otherKey(),
      'of an unknown key': issuer.unknownKey(),
      unsigned: issuer.user().then((token) => token.replace(/[^.]*$/, '')),
      garbage: 'garbage',
    }
    for (const [what, token] of Object.entries(bad)) {
      const { status, code, detail, challenge } = await ask(await bearer(token))
      expect([what, status, code]).toEqual([what, 401, 'invalid_token'])
      expect(challenge).toMatch(/^Bearer realm="api", error="invalid_token"/)
      expect(detail).toBeTypeOf('string')
    }
  })
})
