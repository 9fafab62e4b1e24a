import { createTestIssuer } from 'm2m-testkit'
import { describe, expect, it } from 'vitest'
import { createKeySource, isPlainUrl } from '../../src/token/key-source.js'

type Fetch = typeof globalThis.fetch

const name = 'https://issuer.test'
const oauth = `${name}/.well-known/oauth-authorization-server`
const openid = `${name}/.well-known/openid-configuration`
const keySet = { keys: [{ kty: 'EC' }] }
const signal = new AbortController().signal

/** A server of fixed documents: 404 for every other address. Documents may change under way. */
const serve = (documents: Record<string, unknown>) => {
  const asked: string[] = []
  const fetch: Fetch = async (input) => {
    const url = String(input)
    asked.push(url)
    if (documents[url] === 'hang') return new Promise(() => undefined)
    return Object.hasOwn(documents, url)
      ? new Response(JSON.stringify(documents[url]))
      : new Response('Not found', { status: 404 })
  }
  return { asked, fetch }
}
const discover = (documents: Record<string, unknown>, issuer = name) => {
  const server = serve(documents)
  const source = createKeySource({ issuer, jwksUri: undefined, fetch: server.fetch })
  return { ...server, source, documents }
}

describe('a key source with an address', () => {
  it('asks nothing else', async () => {
    const { asked, fetch } = serve({ 'https://keys.test/set': keySet })
    const source = createKeySource({ issuer: name, jwksUri: 'https://keys.test/set', fetch })
    await expect(source(signal)).resolves.toEqual(keySet)
    await expect(source(signal)).resolves.toEqual(keySet)
    expect(asked).toEqual(['https://keys.test/set', 'https://keys.test/set'])
  })
})

describe('discovery', () => {
  const metadata = { issuer: name, jwks_uri: 'https://keys.test/set' }

  it('asks RFC 8414 first', async () => {
    const { source, asked } = discover({ [oauth]: metadata, 'https://keys.test/set': keySet })
    await expect(source(signal)).resolves.toEqual(keySet)
    expect(asked).toEqual([oauth, 'https://keys.test/set'])
  })

  it('asks OpenID Connect Discovery next', async () => {
    const { source, asked } = discover({ [openid]: metadata, 'https://keys.test/set': keySet })
    await expect(source(signal)).resolves.toEqual(keySet)
    expect(asked).toEqual([oauth, openid, 'https://keys.test/set'])
  })

  it.each([
    ['https://issuer.test/tenant', '/tenant'],
    ['https://issuer.test/tenant/', '/tenant'],
    ['https://issuer.test/realms/acme', '/realms/acme'],
    ['https://issuer.test/', ''],
  ])('finds the two places of %s (RFC 8414 §3.1, OpenID §4)', async (issuer, path) => {
    const { source, asked } = discover({}, issuer)
    await expect(source(signal)).rejects.toThrow('discovery failed')
    expect(asked).toEqual([`${oauth}${path}`, `${name}${path}/.well-known/openid-configuration`])
  })

  it('leads to the keys of an issuer with a path', async () => {
    const issuer = await createTestIssuer({ issuer: 'https://issuer.test/tenant' })
    const { fetch } = issuer
    const source = createKeySource({ issuer: issuer.issuer, jwksUri: undefined, fetch })
    await expect(source(signal)).resolves.toEqual(issuer.jwks())
    expect(issuer.requests).toEqual([
      '/.well-known/oauth-authorization-server/tenant',
      '/tenant/jwks',
    ])
  })

  it('asks the second place when the first does not answer at all, within the same time-out', async () => {
    const openId = `${name}/.well-known/openid-configuration`
    const { source, asked, documents } = discover({ [openId]: metadata })
    documents['https://keys.test/set'] = keySet
    documents[oauth] = 'hang'
    await expect(source(signal)).resolves.toEqual(keySet)
    expect(asked).toEqual([oauth, openId, 'https://keys.test/set'])
  })

  it('is done anew each time, so that a moved key set is found while the old one answers', async () => {
    const { source, documents } = discover({ [oauth]: metadata, 'https://keys.test/set': keySet })
    await source(signal)
    const moved = { keys: [{ kty: 'EC', kid: 'moved' }] }
    documents[oauth] = { issuer: name, jwks_uri: 'https://keys.test/moved' }
    documents['https://keys.test/moved'] = moved
    await expect(source(signal)).resolves.toEqual(moved)
  })

  it('does not stand in the way while it fails and the address found last works', async () => {
    const { source, documents } = discover({ [oauth]: metadata, 'https://keys.test/set': keySet })
    await source(signal)
    delete documents[oauth]
    await expect(source(signal)).resolves.toEqual(keySet)
  })

  it.each(['https://user:secret@keys.test/set', 'ftp://keys.test/set', 'keys'])(
    'refuses the address %s',
    async (jwks_uri) => {
      const { source, asked } = discover({ [oauth]: { issuer: name, jwks_uri } })
      await expect(source(signal)).rejects.toThrow('no usable jwks_uri')
      expect(asked).not.toContain(jwks_uri)
    },
  )

  it('is done again after the address it found failed', async () => {
    const { source, documents } = discover({ [oauth]: metadata, 'https://keys.test/set': keySet })
    await source(signal)
    delete documents['https://keys.test/set']
    await expect(source(signal)).rejects.toThrow('https://keys.test/set')
    documents[oauth] = { issuer: name, jwks_uri: 'https://keys.test/moved' }
    documents['https://keys.test/moved'] = keySet
    await expect(source(signal)).resolves.toEqual(keySet)
  })

  it.each([
    ['another issuer', 'https://attacker.test'],
    ['a prefix', 'https://issuer'],
    ['a longer one', 'https://issuer.test.attacker.test'],
    ['a trailing slash', 'https://issuer.test/'],
    ['another case', 'https://ISSUER.test'],
    ['none', undefined],
    ['null', null],
    ['a list', [name]],
  ])('RFC 8414 §3.3: metadata that name %s are refused', async (_what, issuer) => {
    const forged = { issuer, jwks_uri: 'https://attacker.test/jwks' }
    const { source, asked } = discover({ [oauth]: forged, [openid]: forged })
    await expect(source(signal)).rejects.toThrow('another issuer')
    expect(asked).toEqual([oauth, openid])
  })

  it('metadata that name another issuer do not stand in the way of good ones', async () => {
    const forged = { issuer: 'https://attacker.test', jwks_uri: 'https://attacker.test/jwks' }
    const documents = { [oauth]: forged, [openid]: metadata, 'https://keys.test/set': keySet }
    const { source, asked } = discover(documents)
    await expect(source(signal)).resolves.toEqual(keySet)
    expect(asked).not.toContain('https://attacker.test/jwks')
  })

  it.each([
    ['absent', undefined],
    ['null', null],
    ['a number', 5],
    ['a list', ['https://keys.test/set']],
    ['no URL', 'jwks'],
    ['relative', '/jwks'],
    ['plain http', 'http://keys.test/set'],
    ['a file', 'file:///etc/passwd'],
    ['a data URL', 'data:application/json,{"keys":[]}'],
  ])('a jwks_uri that is %s is refused for an https issuer', async (_what, uri) => {
    const bad = { issuer: name, jwks_uri: uri }
    const { source, asked } = discover({ [oauth]: bad, [openid]: bad })
    await expect(source(signal)).rejects.toThrow('jwks_uri')
    expect(asked).toEqual([oauth, openid])
  })

  it.each([
    ['a list', []],
    ['null', null],
    ['a text', 'x'],
  ])('metadata that are %s are refused', async (_what, document) => {
    const { source } = discover({ [oauth]: document, [openid]: document })
    await expect(source(signal)).rejects.toThrow('expected a JSON object')
  })

  it('row 16: no address is built from anything but the configured issuer', async () => {
    const { source, asked } = discover({})
    await expect(source(signal)).rejects.toThrow('discovery failed')
    expect(asked.every((url) => url.startsWith(`${name}/`))).toBe(true)
  })
})

describe('rule 7: the log says which address failed, how, and what to change', () => {
  const faultOf = async (documents: Record<string, unknown>): Promise<string> => {
    const { source } = discover(documents)
    return source(signal).then(
      () => 'none',
      (fault: Error) => fault.message,
    )
  }

  it('of both places that were asked', async () => {
    expect(await faultOf({})).toBe(
      `discovery failed: expected status 200 from ${oauth}, got 404; ` +
        `expected status 200 from ${openid}, got 404; check issuer or set jwksUri`,
    )
  })

  it.each([
    [[], `expected a JSON object from ${oauth}; `],
    [
      { issuer: 'https://x.test' },
      `the metadata at ${oauth} name another issuer than ${name}: "https://x.test"; `,
    ],
    [{ issuer: name }, `the metadata at ${oauth} have no usable jwks_uri; `],
    [{ issuer: name, jwks_uri: 'http://keys.test' }, `the jwks_uri at ${oauth} is not https; `],
  ])('of metadata such as %j', async (metadata, words) => {
    expect(await faultOf({ [oauth]: metadata })).toContain(words)
  })
})

describe('where keys may be', () => {
  it.each(['http://issuer.test', 'https://issuer.test'])(
    'https for every issuer, plain http only for one that is plain itself: %s',
    async (issuer) => {
      const at = `${issuer}/.well-known/oauth-authorization-server`
      const outcomes: boolean[] = []
      for (const jwks_uri of ['http://keys.test/set', 'https://keys.test/set']) {
        const { source } = discover({ [at]: { issuer, jwks_uri }, [jwks_uri]: keySet }, issuer)
        const isRead = source(signal).then(
          () => true,
          () => false,
        )
        outcomes.push(await isRead)
      }
      expect(outcomes).toEqual([issuer.startsWith('http:'), true])
    },
  )

  it.each([
    ['https://issuer.test', true],
    ['http://issuer.test:8080/a?b', true],
    ['https://user@issuer.test', false],
    ['https://:secret@issuer.test', false],
    ['https://user:secret@issuer.test', false],
    ['ftp://issuer.test', false],
    ['httpx://issuer.test', false],
    ['x-http://issuer.test', false],
    ['file:///etc/passwd', false],
    ['issuer.test', false],
    ['', false],
  ])('%s is a plain web address: %s', (text, isPlain) => {
    expect(isPlainUrl(text)).toBe(isPlain)
  })
})
