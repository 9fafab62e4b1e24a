import type { RequestListener } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { fetchJson } from '../../src/token/fetch-json.js'
import { type MisbehavingServer, startMisbehavingServer } from './misbehaving-server.js'

const servers: MisbehavingServer[] = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()))
})

const start = async (answer: RequestListener): Promise<MisbehavingServer> => {
  const server = await startMisbehavingServer(answer)
  servers.push(server)
  return server
}
const read = async (answer: RequestListener, millis = 5000): Promise<unknown> => {
  const { url } = await start(answer)
  return fetchJson(globalThis.fetch, url, AbortSignal.timeout(millis))
}
const kilobytes = (count: number): string => ' '.repeat(count * 1024)
/** A JSON text of this many bytes, the last of which counts. */
const textOf = (bytes: number): string => JSON.stringify('x'.repeat(bytes - 2))

describe('fetchJson over HTTP', () => {
  it('reads a JSON document', async () => {
    await expect(read((_, response) => response.end('{"keys":[]}'))).resolves.toEqual({ keys: [] })
  })

  it('asks for JSON', async () => {
    const echoed = read((request, response) => {
      response.end(JSON.stringify({ accept: request.headers.accept }))
    })
    await expect(echoed).resolves.toEqual({ accept: 'application/json' })
  })

  it.each([201, 204, 301, 302, 303, 307, 308, 400, 401, 403, 404, 429, 500, 502, 503])(
    'row 47: takes status %i for a failure',
    async (status) => {
      const answer = read((_, response) => {
        response.writeHead(status, { location: '/elsewhere' }).end(status === 204 ? '' : '{}')
      })
      await expect(answer).rejects.toThrow(`got ${status}`)
    },
  )

  it('rule 6: does not follow a redirect', async () => {
    const server = await start((request, response) => {
      if (request.url === '/elsewhere') response.end('{"keys":[]}')
      else response.writeHead(302, { location: '/elsewhere' }).end()
    })
    const answer = fetchJson(globalThis.fetch, `${server.url}/jwks`, AbortSignal.timeout(5000))
    await expect(answer).rejects.toThrow('got 302')
    expect(server.requests).toEqual(['/jwks'])
  })

  it.each([
    ['a page', '<!doctype html><title>Sign in</title>'],
    ['nothing', ''],
    ['half of it', '{"keys":['],
    ['two documents', '{}{}'],
  ])('row 47: takes %s instead of JSON for a failure', async (_what, body) => {
    await expect(read((_, response) => response.end(body))).rejects.toThrow('expected JSON')
  })

  it('rule 6: reads a body of 512 KiB', async () => {
    const body = textOf(512 * 1024)
    await expect(read((_, response) => response.end(body))).resolves.toBe(JSON.parse(body))
  })

  it('rule 6: refuses a body of one byte more', async () => {
    const body = textOf(512 * 1024 + 1)
    await expect(read((_, response) => response.end(body))).rejects.toThrow('exceeds')
  })

  it('rule 6: counts bytes as they come, whatever the length that is announced', async () => {
    const endless = read((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const write = (): void => {
        while (!response.destroyed && response.write(kilobytes(64)));
      }
      response.on('drain', write)
      write()
    })
    await expect(endless).rejects.toThrow('exceeds')
  })

  it('row 47: gives up on a server that hangs', async () => {
    await expect(read(() => undefined, 100)).rejects.toThrow('timed out')
  })

  it('row 47: the time-out is total, a slow drip does not prolong it', async () => {
    const dripping = read((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      const drip = setInterval(() => response.write(' '), 10)
      response.on('close', () => clearInterval(drip))
    }, 150)
    await expect(dripping).rejects.toThrow('timed out')
  })

  it('row 47: takes a body that breaks off for a failure', async () => {
    const broken = read((_, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('{"keys":', () => response.destroy())
    })
    await expect(broken).rejects.toThrow('broke off')
  })

  it('row 48: takes a refused connection for a failure', async () => {
    const { url, close } = await startMisbehavingServer(() => undefined)
    await close()
    const answer = fetchJson(globalThis.fetch, url, AbortSignal.timeout(5000))
    await expect(answer).rejects.toThrow(`no answer from ${url}`)
  })

  it('names the address, for the log', async () => {
    const { url } = await start((_, response) => response.writeHead(500).end())
    const answer = fetchJson(globalThis.fetch, `${url}/jwks`, AbortSignal.timeout(5000))
    await expect(answer).rejects.toThrow(`${url}/jwks`)
  })
})

describe('what a fetch of the user may answer', () => {
  const url = 'https://issuer.test/jwks'
  const readWith = (fetch: typeof globalThis.fetch): Promise<unknown> =>
    fetchJson(fetch, url, new AbortController().signal)

  it('a character that two chunks share is read as one', async () => {
    const bytes = Buffer.from('{"name":"caf\u00e9"}')
    const at = bytes.indexOf(0xc3) + 1
    const chunks = [bytes.subarray(0, at), bytes.subarray(at)]
    const body = new ReadableStream({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(new Uint8Array(chunk))
        controller.close()
      },
    })
    await expect(readWith(async () => new Response(body))).resolves.toEqual({ name: 'caf\u00e9' })
  })

  it('a body that is cut within a character is no JSON that it was not', async () => {
    const cut = Buffer.from('"caf\u00e9').subarray(0, -1)
    const body = Buffer.concat([cut, Buffer.from('"')])
    await expect(readWith(async () => new Response(body))).resolves.toBe('caf\ufffd')
  })

  it('no body at all is no JSON', async () => {
    await expect(readWith(async () => new Response(null))).rejects.toThrow(
      `expected JSON from ${url}`,
    )
  })

  it.each<readonly [what: string, fault: unknown, reason: string]>([
    ['no error', 'refused', 'unknown fault'],
    ['an error', new TypeError('fetch failed'), 'fetch failed'],
    [
      'an error with a cause',
      new TypeError('fetch failed', { cause: new Error('ENOENT') }),
      'ENOENT',
    ],
    ['a time-out', new DOMException('aborted', 'TimeoutError'), 'timed out'],
  ])('rule 7: the log says why there was no answer: %s', async (_what, fault, reason) => {
    const failing = readWith(() => Promise.reject(fault))
    await expect(failing).rejects.toThrow(new Error(`no answer from ${url}: ${reason}`))
    await expect(failing).rejects.toHaveProperty('cause', fault)
  })

  it('keeps what lies beneath a body that breaks off or is no JSON', async () => {
    const beneath = new Error('socket closed')
    const body = new ReadableStream({ start: (controller) => controller.error(beneath) })
    await expect(readWith(async () => new Response(body))).rejects.toHaveProperty('cause', beneath)
    await expect(readWith(async () => new Response('<html>'))).rejects.toHaveProperty(
      'cause',
      expect.any(SyntaxError),
    )
  })
})
